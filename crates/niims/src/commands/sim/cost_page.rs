//! The page of the cost model: assumptions, a table, and two charts.

use core::fmt::Write as _;

use niims_sim::cost::{Assumptions, Estimate, Measured, line};
use niims_web::{LineChart, Picture, Series};

/// Looks of the page, which stands alone: a file without a server.
const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{text-align:right;padding:.3rem .5rem;border-bottom:1px solid #b5b5b5}th:first-child,td:first-child{text-align:left}\
.wide{overflow-x:auto}figure{margin:2rem 0}figcaption{font-weight:700}svg{width:100%;height:auto;max-width:40rem}\
.chart-axis{fill:none;stroke:#1a1a1a}.chart-grid{fill:none;stroke:#ccc}.chart-tick{font-size:13px;fill:#444}\
.chart-line{fill:none;stroke-width:3;stroke:#0b5d3b}.chart-mark{fill:#0b5d3b;stroke:#fff;stroke-width:1.5}\
.chart-line.series-1{stroke:#8a3b12;stroke-dasharray:8 4}.chart-mark.series-1{fill:#8a3b12}\
ul.legend{list-style:none;padding:0}ul.legend li{display:inline-block;margin-right:1.5rem}ul.legend svg{width:28px;height:18px}";

pub(super) fn page(measured: &[Measured], assumed: &Assumptions, all: &[Estimate]) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>What a nation's matcher costs</title><style>",
    );
    page.push_str(STYLE);
    page.push_str("</style></head><body><main><h1>What a nation’s matcher costs</h1>");
    let fitted = line(measured);
    let _ = write!(
        page,
        "<p>Galleries of synthetic people with ten fingers were measured. A straight line through the mean processor \
         times of searches for new people gives {:.1} ms, and {:.1} ms more for each million people. The rest follows \
         from the assumptions below.</p>",
        fitted.fixed_ms, fitted.per_million_ms
    );
    page.push_str("<h2>Measured</h2>");
    page.push_str(&measured_table(measured));
    page.push_str("<h2>Estimated</h2>");
    page.push_str(&estimate_table(all));
    page.push_str(&assumptions(assumed));
    page.push_str("<h2>Plots</h2>");
    for picture in [search_plot(measured, all), processor_plot(all)] {
        let _ = write!(page, "<figure><figcaption>{}</figcaption>{}", picture.title, picture.svg);
        if !picture.legend.is_empty() {
            page.push_str("<ul class=\"legend\">");
            for entry in &picture.legend {
                let _ = write!(page, "<li>{} {}</li>", entry.sample, entry.name);
            }
            page.push_str("</ul>");
        }
        page.push_str("</figure>");
    }
    page.push_str("</main></body></html>\n");
    page
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = String::from("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
    for name in head {
        let _ = write!(table, "<th scope=\"col\">{name}</th>");
    }
    table.push_str("</tr></thead><tbody>");
    for row in rows {
        table.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let open = if at == 0 { "th scope=\"row\"" } else { "td" };
            let close = if at == 0 { "th" } else { "td" };
            let _ = write!(table, "<{open}>{cell}</{close}>");
        }
        table.push_str("</tr>");
    }
    table.push_str("</tbody></table></div>");
    table
}

fn measured_table(measured: &[Measured]) -> String {
    let head = [
        "People",
        "Search, new person, mean ms",
        "Search, mate, median ms",
        "Memory, bytes a person",
        "Disk, bytes a person",
        "Start, s",
    ];
    table(
        &head,
        measured.iter().map(|one| {
            vec![
                people(one.people),
                format!("{:.1}", one.search_ms),
                format!("{:.1}", one.mate_p50_ms),
                format!("{:.0}", one.memory_bytes),
                format!("{:.0}", one.disk_bytes),
                format!("{:.1}", one.open_s),
            ]
        }),
    )
}

fn estimate_table(all: &[Estimate]) -> String {
    let head = [
        "People",
        "Shards",
        "Machines",
        "Memory, TiB",
        "Disk, TiB",
        "Search, processor s",
        "Answer, ms",
        "Processors, mean",
        "Processors, peak",
        "Start, s",
        "Enrolments a processor and day",
    ];
    table(
        &head,
        all.iter().map(|one| {
            vec![
                people(one.people),
                format!("{:.0}", one.shards),
                format!("{:.0}", one.machines),
                format!("{:.2}", one.memory_tib),
                format!("{:.2}", one.disk_tib),
                format!("{:.2}", one.search_s),
                format!("{:.0}", one.answer_ms),
                format!("{:.0}", one.processors_mean),
                format!("{:.0}", one.processors_peak),
                format!("{:.0}", one.open_s),
                format!("{:.0}", one.enrolments),
            ]
        }),
    )
}

fn assumptions(assumed: &Assumptions) -> String {
    let Assumptions {
        machine_gib,
        machine_processors,
        copies,
        campaign_days,
        peak,
        busy,
        shard_ms,
        rest_ms,
    } = assumed;
    format!(
        "<h3>Assumed</h3><ul>\
         <li>Machines of {machine_gib:.0} GiB, four fifths of it for the gallery, and {machine_processors:.0} processors like those measured on; each holds one shard.</li>\
         <li>Each person is held {copies:.0} times. Searches share the copies; they do not ask both.</li>\
         <li>Everybody is enrolled in {campaign_days:.0} days, and searched for once. Processors are those of the last day, when a search meets everybody.</li>\
         <li>The busiest hour has {peak:.1} times the mean of the day, nights included; processors may be busy {:.0} % of the time.</li>\
         <li>A shard spends {shard_ms:.0} ms on a search whatever it holds.</li>\
         <li>An enrolment costs {rest_ms:.0} ms of processor beside its search.</li>\
         <li>Cost grows in a straight line beyond the largest gallery measured: votes are read, and persons compared, in proportion to the people.</li>\
         <li>Synthetic people are like real ones in what a search costs. Real prints have more minutiae that are false.</li></ul>",
        100.0 * busy
    )
}

fn search_plot(measured: &[Measured], all: &[Estimate]) -> Picture {
    let labels = measured.iter().map(|one| people(one.people));
    let labels: Vec<String> = labels.chain(all.iter().map(|one| people(one.people))).collect();
    let none = |number: usize| std::iter::repeat_n(None, number);
    let known = measured.iter().map(|one| Some(one.search_ms / 1e3));
    let estimated = all.iter().map(|one| Some(one.search_s));
    LineChart {
        id: "search".to_owned(),
        title: "Processor seconds of one search for a new person".to_owned(),
        axis: "People".to_owned(),
        labels,
        series: vec![
            Series { name: "measured".to_owned(), values: known.chain(none(all.len())).collect() },
            Series {
                name: "estimated".to_owned(),
                values: none(measured.len()).chain(estimated).collect(),
            },
        ],
        up_to: None,
    }
    .picture()
}

fn processor_plot(all: &[Estimate]) -> Picture {
    let of = |figure: fn(&Estimate) -> f64| all.iter().map(|one| Some(figure(one))).collect();
    LineChart {
        id: "processors".to_owned(),
        title: "Processors for searches at the end of the campaign".to_owned(),
        axis: "People".to_owned(),
        labels: all.iter().map(|one| people(one.people)).collect(),
        series: vec![
            Series { name: "mean".to_owned(), values: of(|one| one.processors_mean) },
            Series { name: "to have".to_owned(), values: of(|one| one.processors_peak) },
        ],
        up_to: None,
    }
    .picture()
}

/// A number of people in few letters.
fn people(number: f64) -> String {
    if number >= 1e6 { format!("{:.0} M", number / 1e6) } else { format!("{:.0} k", number / 1e3) }
}
