"use strict";
const LEAST_SCALE = 1;
const GREATEST_SCALE = 12;
const SCALE_STEP = 1.25;
const MOVE_STEP = 0.1;
const MOST_MARKS = 40;
const SVG = "http://www.w3.org/2000/svg";
function panes(viewer) {
    const found = [];
    for (const window of viewer.querySelectorAll(".print-window")) {
        const sheet = window.querySelector("svg.print-sheet");
        const view = sheet?.querySelector("[data-view]");
        const turn = sheet?.querySelector(".print-turn");
        const marks = sheet?.querySelector("[data-layer-marks]");
        const side = window.dataset["side"];
        if (!sheet || !view || !turn || !marks || (side !== "left" && side !== "right"))
            continue;
        const box = sheet.viewBox.baseVal;
        found.push({ side, window, sheet, view, turn, marks, width: box.width, height: box.height });
    }
    return found;
}
class Viewer {
    constructor(root, panes) {
        this.marks = [];
        this.pointers = new Map();
        this.root = root;
        this.panes = panes;
        this.field = root.querySelector("input[data-marks]");
        this.view = this.whole();
        this.readMarks();
        root.classList.add("print-moving");
        root.querySelector("[data-needs-script]")?.removeAttribute("hidden");
        const once = root.querySelector('[data-zoom="1"]');
        if (once)
            once.checked = true;
        for (const pane of panes)
            this.listen(pane);
        root.addEventListener("keydown", (event) => this.key(event));
        this.draw();
    }
    whole() {
        const first = this.panes[0];
        return { scale: 1, x: (first?.width ?? 0) / 2, y: (first?.height ?? 0) / 2 };
    }
    listen(pane) {
        pane.window.addEventListener("wheel", (event) => {
            event.preventDefault();
            this.enlarge(event.deltaY < 0 ? SCALE_STEP : 1 / SCALE_STEP, this.at(pane, event));
        }, { passive: false });
        pane.window.addEventListener("pointerdown", (event) => {
            pane.window.setPointerCapture(event.pointerId);
            this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        });
        pane.window.addEventListener("pointermove", (event) => this.drag(pane, event));
        for (const end of ["pointerup", "pointercancel"]) {
            pane.window.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
        }
        pane.window.addEventListener("dblclick", (event) => this.mark(pane, this.at(pane, event)));
        const picture = pane.turn.querySelector("image");
        picture?.addEventListener("error", () => this.fail());
        if (picture)
            this.probe(picture.getAttribute("href") ?? "");
    }
    probe(address) {
        const again = new Image();
        again.addEventListener("error", () => this.fail());
        again.src = address;
    }
    fail() {
        this.root.dataset["failed"] = "";
        this.root.querySelector(".print-failed")?.removeAttribute("hidden");
    }
    ratio(pane) {
        const width = pane.sheet.getBoundingClientRect().width || 1;
        return pane.width / width / this.view.scale;
    }
    at(pane, event) {
        const box = pane.sheet.getBoundingClientRect();
        const ratio = this.ratio(pane);
        return {
            x: this.view.x + (event.clientX - box.left - box.width / 2) * ratio,
            y: this.view.y + (event.clientY - box.top - box.height / 2) * ratio,
        };
    }
    drag(pane, event) {
        const before = this.pointers.get(event.pointerId);
        if (!before)
            return;
        const now = { x: event.clientX, y: event.clientY };
        const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
        const other = others[0]?.[1];
        this.pointers.set(event.pointerId, now);
        if (other) {
            const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y);
            this.enlarge(distance(now) / (distance(before) || 1), this.at(pane, event));
            return;
        }
        const ratio = this.ratio(pane);
        this.move((before.x - now.x) * ratio, (before.y - now.y) * ratio);
    }
    enlarge(by, around = this.view) {
        const scale = Math.min(GREATEST_SCALE, Math.max(LEAST_SCALE, this.view.scale * by));
        const kept = this.view.scale / scale;
        this.view = {
            scale,
            x: around.x + (this.view.x - around.x) * kept,
            y: around.y + (this.view.y - around.y) * kept,
        };
        this.draw();
    }
    move(x, y) {
        this.view = { ...this.view, x: this.view.x + x, y: this.view.y + y };
        this.draw();
    }
    key(event) {
        if (event.ctrlKey || event.altKey || event.metaKey)
            return;
        const target = event.target;
        const inWindow = target instanceof Element && target.closest(".print-window") !== null;
        const first = this.panes[0];
        const step = ((first?.width ?? 0) * MOVE_STEP) / this.view.scale;
        const moves = {
            "+": () => this.enlarge(SCALE_STEP),
            "=": () => this.enlarge(SCALE_STEP),
            "-": () => this.enlarge(1 / SCALE_STEP),
            "0": () => { this.view = this.whole(); this.draw(); },
            u: () => { this.marks.pop(); this.keepMarks(); },
        };
        const inside = {
            ArrowLeft: () => this.move(-step, 0),
            ArrowRight: () => this.move(step, 0),
            ArrowUp: () => this.move(0, -step),
            ArrowDown: () => this.move(0, step),
            k: () => this.markMiddle(target),
        };
        const act = moves[event.key] ?? (inWindow ? inside[event.key] : undefined) ?? this.switchFor(event.key);
        if (!act)
            return;
        event.preventDefault();
        act();
    }
    switchFor(key) {
        for (const box of this.root.querySelectorAll("input[data-switch]")) {
            if (box.dataset["key"] === key.toLowerCase()) {
                return () => {
                    box.checked = !box.checked;
                    this.draw();
                };
            }
        }
        return undefined;
    }
    markMiddle(target) {
        const pane = this.panes.find(({ window }) => target instanceof Node && window.contains(target));
        if (pane)
            this.mark(pane, this.view);
    }
    mark(pane, shown) {
        if (!this.field || this.marks.length >= MOST_MARKS)
            return;
        const turned = getComputedStyle(pane.turn).transform !== "none";
        const matrix = turned ? pane.turn.transform.baseVal.consolidate()?.matrix : undefined;
        const point = new DOMPoint(shown.x, shown.y);
        const own = matrix ? point.matrixTransform(DOMMatrix.fromMatrix(matrix).inverse()) : point;
        this.marks.push({ side: pane.side, x: Math.round(own.x), y: Math.round(own.y) });
        this.keepMarks();
    }
    readMarks() {
        for (const line of this.field?.value.split("\n").slice(0, MOST_MARKS) ?? []) {
            const [side, x, y] = line.trim().split(" ");
            if ((side === "left" || side === "right") && Number.isFinite(Number(x)) && Number.isFinite(Number(y))) {
                this.marks.push({ side, x: Number(x), y: Number(y) });
            }
        }
    }
    keepMarks() {
        if (this.field)
            this.field.value = this.marks.map(({ side, x, y }) => `${side} ${x} ${y}`).join("\n");
        this.draw();
    }
    draw() {
        const { scale, x, y } = this.view;
        for (const pane of this.panes) {
            const shift = `translate(${pane.width / 2} ${pane.height / 2}) scale(${scale}) translate(${-x} ${-y})`;
            pane.view.setAttribute("transform", shift);
            pane.marks.replaceChildren(...this.marks.filter(({ side }) => side === pane.side).map(cross));
        }
    }
}
function cross({ x, y }) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", `M${x - 8} ${y}h16M${x} ${y - 8}v16`);
    return path;
}
for (const root of document.querySelectorAll("[data-print-viewer]")) {
    const found = panes(root);
    if (found.length === 2)
        new Viewer(root, found);
}
