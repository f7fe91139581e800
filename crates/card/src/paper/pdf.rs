//! The file: two pages, two fonts, one picture, compressed.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::FunctionShadingType;
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::canvas::{self, FAINT, LIGHT, MIST, POINTS, Rgb, SAND};
use super::portrait::Portrait;
use super::{HEIGHT, WIDTH, words};

/// Numbers of the objects in the file.
mod object {
    use pdf_writer::Ref;

    pub const CATALOG: Ref = Ref::new(1);
    pub const PAGES: Ref = Ref::new(2);
    pub const INFO: Ref = Ref::new(3);
    pub const REGULAR: Ref = Ref::new(4);
    pub const BOLD: Ref = Ref::new(5);
    pub const FAINT: Ref = Ref::new(6);
    pub const LIGHT: Ref = Ref::new(7);
    pub const GROUND: Ref = Ref::new(8);
    pub const BLEND: Ref = Ref::new(9);
    pub const FRONT: (Ref, Ref) = (Ref::new(10), Ref::new(11));
    pub const BACK: (Ref, Ref) = (Ref::new(12), Ref::new(13));
    pub const PORTRAIT: Ref = Ref::new(14);
}

pub(super) fn write(front: Vec<u8>, back: Vec<u8>, portrait: Option<&Portrait>) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(object::CATALOG).pages(object::PAGES).lang(TextStr("en-KE"));
    pdf.pages(object::PAGES).kids([object::FRONT.0, object::BACK.0]).count(2);
    pdf.document_info(object::INFO).title(TextStr(words::CARD.en));
    fonts(&mut pdf);
    opacities(&mut pdf);
    ground(&mut pdf);
    for ((page, content), drawing) in [(object::FRONT, front), (object::BACK, back)] {
        write_page(&mut pdf, page, content, portrait.is_some());
        pdf.stream(content, &deflated(&drawing)).filter(Filter::FlateDecode);
    }
    if let Some(portrait) = portrait {
        let mut picture = pdf.image_xobject(object::PORTRAIT, &portrait.jpeg);
        picture.filter(Filter::DctDecode);
        picture.width(portrait.width as i32).height(portrait.height as i32);
        picture.color_space().device_rgb();
        picture.bits_per_component(8);
    }
    pdf.finish()
}

fn write_page(pdf: &mut Pdf, page: Ref, content: Ref, has_portrait: bool) {
    let mut page = pdf.page(page);
    page.parent(object::PAGES);
    page.media_box(Rect::new(0.0, 0.0, WIDTH * POINTS, HEIGHT * POINTS));
    page.contents(content);
    let mut resources = page.resources();
    resources.fonts().pair(canvas::REGULAR, object::REGULAR).pair(canvas::BOLD, object::BOLD);
    resources.ext_g_states().pair(FAINT.0, object::FAINT).pair(LIGHT.0, object::LIGHT);
    resources.shadings().pair(canvas::GROUND, object::GROUND);
    if has_portrait {
        resources.x_objects().pair(canvas::PORTRAIT, object::PORTRAIT);
    }
}

fn fonts(pdf: &mut Pdf) {
    for (id, name) in
        [(object::REGULAR, b"Helvetica".as_slice()), (object::BOLD, b"Helvetica-Bold".as_slice())]
    {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
}

fn opacities(pdf: &mut Pdf) {
    for (id, (_, opacity)) in [(object::FAINT, FAINT), (object::LIGHT, LIGHT)] {
        pdf.ext_graphics(id).stroking_alpha(opacity).non_stroking_alpha(opacity);
    }
}

/// From sand at the lower left to mist at the upper right.
fn ground(pdf: &mut Pdf) {
    let parts = |colour: Rgb| [colour.0, colour.1, colour.2];
    let mut blend = pdf.exponential_function(object::BLEND);
    blend.domain([0.0, 1.0]).c0(parts(SAND)).c1(parts(MIST)).n(1.0);
    blend.finish();
    let mut shading = pdf.function_shading(object::GROUND);
    shading.shading_type(FunctionShadingType::Axial);
    shading.color_space().device_rgb();
    shading.coords([0.0, 0.0, WIDTH * POINTS, HEIGHT * POINTS]);
    shading.function(object::BLEND).extend([true, true]);
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; an empty page would show at once in the tests.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
