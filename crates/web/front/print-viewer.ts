// Moves two prints together: enlarging, dragging, keys, marks. The contract with
// the page stands in crates/web/src/components/print_viewer.rs. The page works
// without this module; what it adds is that both prints move as one.

type Side = "left" | "right";

interface View {
  scale: number;
  // Point of the print, in its own pixels, that lies in the middle of the window.
  x: number;
  y: number;
}

interface Pane {
  side: Side;
  window: HTMLElement;
  sheet: SVGSVGElement;
  view: SVGGElement;
  turn: SVGGElement;
  marks: SVGGElement;
  width: number;
  height: number;
}

interface Mark {
  side: Side;
  x: number;
  y: number;
}

// Twelve times shows single pores; less than once helps nobody.
const LEAST_SCALE = 1;
const GREATEST_SCALE = 12;
// One press or one notch of the wheel.
const SCALE_STEP = 1.25;
// A press of an arrow moves by this part of what is seen.
const MOVE_STEP = 0.1;
const MOST_MARKS = 40;
const SVG = "http://www.w3.org/2000/svg";

function panes(viewer: HTMLElement): Pane[] {
  const found: Pane[] = [];
  for (const window of viewer.querySelectorAll<HTMLElement>(".print-window")) {
    const sheet = window.querySelector<SVGSVGElement>("svg.print-sheet");
    const view = sheet?.querySelector<SVGGElement>("[data-view]");
    const turn = sheet?.querySelector<SVGGElement>(".print-turn");
    const marks = sheet?.querySelector<SVGGElement>("[data-layer-marks]");
    const side = window.dataset["side"];
    if (!sheet || !view || !turn || !marks || (side !== "left" && side !== "right")) continue;
    const box = sheet.viewBox.baseVal;
    found.push({ side, window, sheet, view, turn, marks, width: box.width, height: box.height });
  }
  return found;
}

class Viewer {
  private readonly root: HTMLElement;
  private readonly panes: Pane[];
  private readonly field: HTMLInputElement | null;
  private view: View;
  private readonly marks: Mark[] = [];
  private readonly pointers = new Map<number, { x: number; y: number }>();

  constructor(root: HTMLElement, panes: Pane[]) {
    this.root = root;
    this.panes = panes;
    this.field = root.querySelector<HTMLInputElement>("input[data-marks]");
    this.view = this.whole();
    this.readMarks();
    root.classList.add("print-moving");
    root.querySelector("[data-needs-script]")?.removeAttribute("hidden");
    // Without the module a choice enlarges the sheet; with it the view does.
    const once = root.querySelector<HTMLInputElement>('[data-zoom="1"]');
    if (once) once.checked = true;
    for (const pane of panes) this.listen(pane);
    root.addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  private whole(): View {
    const first = this.panes[0];
    return { scale: 1, x: (first?.width ?? 0) / 2, y: (first?.height ?? 0) / 2 };
  }

  private listen(pane: Pane): void {
    pane.window.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.enlarge(event.deltaY < 0 ? SCALE_STEP : 1 / SCALE_STEP, this.at(pane, event));
    }, { passive: false });
    pane.window.addEventListener("pointerdown", (event) => {
      pane.window.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    pane.window.addEventListener("pointermove", (event) => this.drag(pane, event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      pane.window.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    pane.window.addEventListener("dblclick", (event) => this.mark(pane, this.at(pane, event)));
    const picture = pane.turn.querySelector("image");
    picture?.addEventListener("error", () => this.fail());
    if (picture) this.probe(picture.getAttribute("href") ?? "");
  }

  // A picture may have failed before this module ran: asked again, it says so; what
  // has loaded comes from the browser's own keep.
  private probe(address: string): void {
    const again = new Image();
    again.addEventListener("error", () => this.fail());
    again.src = address;
  }

  private fail(): void {
    this.root.dataset["failed"] = "";
    this.root.querySelector(".print-failed")?.removeAttribute("hidden");
  }

  // Pixels of the print under one pixel of the screen.
  private ratio(pane: Pane): number {
    const width = pane.sheet.getBoundingClientRect().width || 1;
    return pane.width / width / this.view.scale;
  }

  // Where on the print, as it is shown, an event lies.
  private at(pane: Pane, event: MouseEvent): { x: number; y: number } {
    const box = pane.sheet.getBoundingClientRect();
    const ratio = this.ratio(pane);
    return {
      x: this.view.x + (event.clientX - box.left - box.width / 2) * ratio,
      y: this.view.y + (event.clientY - box.top - box.height / 2) * ratio,
    };
  }

  private drag(pane: Pane, event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    const other = others[0]?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) {
      // Two fingers: what was between them grows as their distance does.
      const distance = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      this.enlarge(distance(now) / (distance(before) || 1), this.at(pane, event));
      return;
    }
    const ratio = this.ratio(pane);
    this.move((before.x - now.x) * ratio, (before.y - now.y) * ratio);
  }

  private enlarge(by: number, around: { x: number; y: number } = this.view): void {
    const scale = Math.min(GREATEST_SCALE, Math.max(LEAST_SCALE, this.view.scale * by));
    const kept = this.view.scale / scale;
    this.view = {
      scale,
      x: around.x + (this.view.x - around.x) * kept,
      y: around.y + (this.view.y - around.y) * kept,
    };
    this.draw();
  }

  private move(x: number, y: number): void {
    this.view = { ...this.view, x: this.view.x + x, y: this.view.y + y };
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target;
    const inWindow = target instanceof Element && target.closest(".print-window") !== null;
    const first = this.panes[0];
    const step = ((first?.width ?? 0) * MOVE_STEP) / this.view.scale;
    const moves: Record<string, () => void> = {
      "+": () => this.enlarge(SCALE_STEP),
      "=": () => this.enlarge(SCALE_STEP),
      "-": () => this.enlarge(1 / SCALE_STEP),
      "0": () => { this.view = this.whole(); this.draw(); },
      u: () => { this.marks.pop(); this.keepMarks(); },
    };
    // Arrows belong to whatever has the focus, except in a print.
    const inside: Record<string, () => void> = {
      ArrowLeft: () => this.move(-step, 0),
      ArrowRight: () => this.move(step, 0),
      ArrowUp: () => this.move(0, -step),
      ArrowDown: () => this.move(0, step),
      k: () => this.markMiddle(target),
    };
    const act = moves[event.key] ?? (inWindow ? inside[event.key] : undefined) ?? this.switchFor(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  private switchFor(key: string): (() => void) | undefined {
    for (const box of this.root.querySelectorAll<HTMLInputElement>("input[data-switch]")) {
      if (box.dataset["key"] === key.toLowerCase()) {
        return () => {
          box.checked = !box.checked;
          this.draw();
        };
      }
    }
    return undefined;
  }

  private markMiddle(target: EventTarget | null): void {
    const pane = this.panes.find(({ window }) => target instanceof Node && window.contains(target));
    if (pane) this.mark(pane, this.view);
  }

  // A mark is kept in pixels of its own print, before that print is turned.
  private mark(pane: Pane, shown: { x: number; y: number }): void {
    if (!this.field || this.marks.length >= MOST_MARKS) return;
    const turned = getComputedStyle(pane.turn).transform !== "none";
    const matrix = turned ? pane.turn.transform.baseVal.consolidate()?.matrix : undefined;
    const point = new DOMPoint(shown.x, shown.y);
    const own = matrix ? point.matrixTransform(DOMMatrix.fromMatrix(matrix).inverse()) : point;
    this.marks.push({ side: pane.side, x: Math.round(own.x), y: Math.round(own.y) });
    this.keepMarks();
  }

  private readMarks(): void {
    for (const line of this.field?.value.split("\n").slice(0, MOST_MARKS) ?? []) {
      const [side, x, y] = line.trim().split(" ");
      if ((side === "left" || side === "right") && Number.isFinite(Number(x)) && Number.isFinite(Number(y))) {
        this.marks.push({ side, x: Number(x), y: Number(y) });
      }
    }
  }

  private keepMarks(): void {
    if (this.field) this.field.value = this.marks.map(({ side, x, y }) => `${side} ${x} ${y}`).join("\n");
    this.draw();
  }

  private draw(): void {
    const { scale, x, y } = this.view;
    for (const pane of this.panes) {
      const shift = `translate(${pane.width / 2} ${pane.height / 2}) scale(${scale}) translate(${-x} ${-y})`;
      pane.view.setAttribute("transform", shift);
      pane.marks.replaceChildren(...this.marks.filter(({ side }) => side === pane.side).map(cross));
    }
  }
}

function cross({ x, y }: Mark): SVGPathElement {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", `M${x - 8} ${y}h16M${x} ${y - 8}v16`);
  return path;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-print-viewer]")) {
  const found = panes(root);
  if (found.length === 2) new Viewer(root, found);
}
