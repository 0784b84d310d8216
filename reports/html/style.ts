import { bands, bandText, customProperties, dark, light } from './palette.ts';

/** The whole style sheet: base, parts, charts, then dark, narrow and print. System fonts only. */
export const styleSheet = `
:root{${customProperties(light)};color-scheme:light dark;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${customProperties(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;max-width:1120px;padding:1.5rem 1.5rem 3rem;background:var(--page);color:var(--text);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums}
p{margin:.3rem 0}
h1{font-size:1.35rem;line-height:1.25;margin:.1rem 0;font-weight:650;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:0 0 .5rem;font-weight:650}
h3{font-size:1rem;line-height:1.35;margin:1.2rem 0 .4rem;font-weight:650}
h3 small,h4 small{font-weight:400;color:var(--muted);font-size:.87em}
a{color:var(--link)}
code,pre{font-family:var(--mono);font-size:.87em;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem}
.muted{color:var(--muted)}
.fine{color:var(--muted);font-size:.8rem}
.lead{color:var(--muted);margin:0 0 .8rem;max-width:78ch}
.masthead{margin-bottom:1.1rem}
.masthead .muted{font-size:.87rem}
.brand{margin:0;font-size:.75rem;font-weight:700;letter-spacing:.14em;text-transform:uppercase;color:var(--muted)}
section{margin:0 0 1.4rem;background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1.2rem 1.4rem}

.banner{display:flex;gap:1.3rem;align-items:flex-start;border:0;color:${bandText};padding:1.5rem 1.6rem;margin-bottom:1rem}
.banner.good{background:${bands.good}}.banner.bad{background:${bands.bad}}.banner.unsure{background:${bands.unsure}}.banner.void{background:${bands.void}}
.banner .seal .icon{width:3.4rem;height:3.4rem;display:block}
.banner .seal .icon circle{stroke-width:.9}.banner .seal .icon path{stroke-width:1.4}
.banner .word{margin:0;font-size:.87rem;font-weight:700;letter-spacing:.12em}
.banner h2{font-size:1.55rem;line-height:1.25;margin:.1rem 0 .5rem;font-weight:650;text-wrap:pretty}
.banner .next{margin:0;max-width:80ch}
.icon{width:1em;height:1em;flex:none;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.pill{display:inline-flex;align-items:center;gap:.35em;padding:.08rem .5rem .08rem .35rem;border-radius:99px;font-size:.75rem;font-weight:650;line-height:1.5;white-space:nowrap;letter-spacing:.01em}
.pill .icon{width:1.05rem;height:1.05rem}
.pill.good{color:var(--good);background:var(--good-tint)}.pill.bad{color:var(--bad);background:var(--bad-tint)}.pill.unsure{color:var(--unsure);background:var(--unsure-tint)}.pill.void{color:var(--void);background:var(--void-tint)}
strong.bad{color:var(--bad)}

.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem;background:none;border:0;padding:0;margin-bottom:1rem}
.tile{background:var(--card);border:1px solid var(--rule);border-top:3px solid var(--void);border-radius:10px;padding:.8rem 1rem .9rem;min-width:0}
.tile.good{border-top-color:var(--good)}.tile.bad{border-top-color:var(--bad)}.tile.unsure{border-top-color:var(--unsure)}
.tile .label{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.2rem .5rem;margin:0;font-size:.8rem;color:var(--muted)}
.tile .value{margin:.25rem 0 .2rem;font-size:1.9rem;line-height:1.15;font-weight:600;letter-spacing:-.02em;white-space:nowrap}
.tile .unit{font-size:.95rem;font-weight:500;color:var(--muted);margin-left:.25em;letter-spacing:0}
.tile .slash{color:var(--muted);font-weight:400;margin:0 .12em}
.tile .line{margin:0;font-size:.8rem;line-height:1.4;color:var(--muted)}
.tile .line strong{color:var(--bad)}

.reasons{border-left:4px solid var(--void);background:var(--void-tint)}
.reasons.bad{border-left-color:var(--bad);background:var(--bad-tint)}.reasons.unsure{border-left-color:var(--unsure);background:var(--unsure-tint)}
.reasons h2{font-size:1rem}
.reasons ol,.reasons ul{margin:0;padding-left:1.3rem}.reasons li{margin:.2rem 0;overflow-wrap:anywhere}
.notice{background:var(--void-tint);border-radius:6px;padding:.5rem .8rem;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0 0 1rem;padding:0 .2rem;font-size:.87rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}

.scroll{overflow-x:auto;margin:.4rem 0}
table{border-collapse:collapse;width:100%;font-size:.87rem;line-height:1.4}
caption{text-align:left;font-size:.8rem;color:var(--muted);padding-bottom:.25rem}
th,td{padding:.38rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
thead th{font-size:.75rem;font-weight:600;color:var(--muted);white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:400}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap}
.objectives th[scope=row],.findings th[scope=row],.validity th[scope=row]{min-width:17rem}
.objectives td.n{padding-top:.45rem}
.name{font-weight:600}
.phase-name{display:inline-block;border:1px solid var(--rule);border-radius:4px;padding:0 .35rem;font-size:.75rem;color:var(--muted);white-space:nowrap}
.why{display:block;color:var(--text);font-size:.8rem;margin-top:.1rem;max-width:62ch}
.why .fine{display:block;font-size:.75rem}
.fail .name,.broken .name{color:var(--bad)}
.grid4{font-size:.8rem}.grid4 th,.grid4 td{padding:.3rem .4rem}
.grid4 .group{text-align:center;border-left:1px solid var(--rule);color:var(--text)}
.grid4 tbody td:nth-child(4n+2),.grid4 thead tr:last-child th:nth-child(4n+2){border-left:1px solid var(--rule)}
.grid4 thead td{border-bottom:0}
.grid4 tbody th{white-space:nowrap}
.grid4 .total>*{font-weight:600}

.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.6rem 1.4rem;margin:.4rem 0 .8rem}
.facts dt{font-size:.75rem;color:var(--muted)}.facts dd{margin:0;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:.4rem 2rem;align-items:start}
.card+.card{margin-top:1.6rem;border-top:1px solid var(--rule)}
.card>h3{margin-top:.6rem;font-size:1.05rem;display:flex;flex-wrap:wrap;align-items:center;gap:.1rem .6rem}
.hypothesis{max-width:78ch}.hypothesis span{display:block;font-size:.75rem;color:var(--muted)}
details{margin:.3rem 0}
summary{cursor:pointer;color:var(--link);font-size:.8rem;width:fit-content}
.examples{display:flex;flex-wrap:wrap;gap:.6rem;margin:.3rem 0}
.examples dt{font-size:.75rem;color:var(--muted)}.examples dd{margin:0}
pre{margin:0;padding:.5rem .7rem;background:var(--page);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
.command{font-size:.87rem;padding:.6rem .8rem}
.postmortem>div{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:0 1rem;padding:.5rem 0;border-top:1px solid var(--rule)}
.postmortem dt{font-weight:600}.postmortem dd{margin:0}.postmortem ul{margin:0;padding-left:1.1rem}
.blank{display:block;border-bottom:1px dashed var(--muted);color:var(--muted);padding-bottom:1.1rem;font-size:.8rem}

.chart{margin:1.1rem 0 0}
.chart figcaption h3{margin:0}.chart figcaption p{margin:.05rem 0 .3rem}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0 0 .3rem;padding:0;font-size:.8rem;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:.4rem}
.legend svg{overflow:visible}
.phases{position:relative;height:1.35rem;margin:0 6px 0 46px;font-size:.75rem;color:var(--muted);line-height:1.35rem}
.phase{position:absolute;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;border-left:1px solid var(--rule);padding-left:.3rem;container-type:inline-size;height:100%}
.phase.fault{color:var(--fault-text);font-weight:600;border-left-color:var(--shade);border-top:3px solid var(--shade);line-height:1.1rem}
.phase span{display:block;overflow:hidden;text-overflow:ellipsis}
@container (max-width:1.6rem){.phase span{display:none}}
.plot{display:block;overflow:visible;width:calc(100% - 52px);margin:0 6px 24px 46px}
.plot .window{fill:var(--shade);opacity:.15}
.plot .grid{stroke:var(--rule);stroke-width:1;shape-rendering:crispEdges}
.plot .tickmark{stroke:var(--muted);stroke-width:1;shape-rendering:crispEdges}
.plot text{font:11px var(--sans);fill:var(--muted)}
.plot line.mark{stroke:var(--text);stroke-width:1;stroke-dasharray:2 3}.plot text.mark{font-weight:700;fill:var(--text);stroke:var(--card);stroke-width:3px;paint-order:stroke}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.line.all{stroke:var(--all);stroke-dasharray:5 3}.line.ok{stroke:var(--ok)}
.line.p99{stroke:var(--p99);stroke-dasharray:2 3.5}.line.p95{stroke:var(--p95)}.line.p50{stroke:var(--p50);stroke-dasharray:7 3}
.fill{stroke:none}.fill.all{fill:var(--all);opacity:.1}.fill.ok{fill:var(--ok);opacity:.14}.fill.p95{fill:var(--p95);opacity:.1}
.bars{fill:var(--bad)}.health.up{fill:var(--good)}.health.down{fill:var(--void)}
.swatch{display:inline-block;width:1.4em;height:.8em;vertical-align:-.05em;position:relative;overflow:hidden}
.swatch::before{content:"";position:absolute;inset:0;background:var(--shade);opacity:.15}.swatch.dark::before{opacity:.28}
.letter{color:var(--text);margin-left:.4em}
.bullet{display:block}
.bullet .track{stroke:var(--rule);fill:none}.bullet .allowed{fill:var(--good);opacity:.13}
.bullet .interval{fill:var(--muted);opacity:.75}.bullet .estimate{fill:var(--text);stroke:var(--card);stroke-width:1}
.bullet .limit{stroke:var(--text);stroke-width:1.5;fill:none}.bullet .arrow{fill:none;stroke:var(--text);stroke-width:1.5}
.bullet.fail .interval,.bullet.fail .estimate{fill:var(--bad);opacity:1}
.bullet.pass .interval{fill:var(--good);opacity:.75}
.sharebar{display:block;border-radius:5px;margin:.3rem 0 .6rem}
.sharebar rect{stroke:var(--card);stroke-width:1}.sharebar .stack{fill:var(--link)}.sharebar .harness{fill:var(--muted)}
.sharebar text{font:600 11px var(--sans);fill:var(--card)}
.key{display:inline-block;width:.65em;height:.65em;border-radius:2px;margin-right:.5em}.key.stack{background:var(--link)}.key.harness{background:var(--muted)}
footer{color:var(--muted);font-size:.8rem}

@media (max-width:860px){.tiles{grid-template-columns:repeat(2,1fr)}.pair{grid-template-columns:minmax(0,1fr)}}
@media (max-width:560px){
body{padding:.9rem .75rem 2rem;font-size:14.5px}
section{padding:.9rem .9rem;border-radius:8px}
.banner{display:block;padding:1.1rem 1rem}.banner .seal .icon{width:2.2rem;height:2.2rem}.banner h2{font-size:1.25rem}.banner .seal{float:right}
.tiles{gap:.6rem;padding:0}.tile{padding:.6rem .7rem}.tile .value{font-size:1.4rem}.tile .unit{font-size:.8rem}
.facts{grid-template-columns:minmax(0,1fr)}
.postmortem>div{grid-template-columns:minmax(0,1fr)}
.tile .label{flex-direction:column;align-items:flex-start}
.cards,.cards tbody,.cards caption{display:block}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards tr{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .9rem;padding:.6rem 0;border-bottom:1px solid var(--rule)}
.cards tr:last-child{border-bottom:0}
.cards th,.cards td{border:0;padding:0 !important}
.cards tbody th[scope=row]{flex:1 0 100%;min-width:0}
.cards td{text-align:left;white-space:normal}.cards td.n{font-size:.8rem}
.cards td[data-label]::before{content:attr(data-label) " ";color:var(--muted)}
th,td{padding:.35rem .4rem}
.n .muted{display:block}.cards .n .muted{display:inline}
.phases{font-size:.69rem}.phase{padding-left:.15rem}
}
@media print{
:root{${customProperties(light)};color-scheme:light}
@page{margin:14mm}
body{display:block;max-width:none;padding:0;background:none;font-size:1rem}
html{font-size:11.5px}
nav,.skip{display:none}
section{border:0;border-top:1px solid var(--rule);border-radius:0;padding:.6rem 0;margin-bottom:.6rem}
.reasons{padding:.6rem .9rem}
.banner{border-radius:6px;padding:1rem 1.2rem;border:0}.tiles{border:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.scroll{overflow:visible}
th,td{padding:.25rem .35rem}thead th,.grid4 tbody th{white-space:normal}
.objectives th[scope=row],.findings th[scope=row],.validity th[scope=row]{min-width:0}
.grid4{font-size:.75rem}.grid4 th,.grid4 td{padding:.15rem .18rem}
.bullet{width:100px;height:auto}
tr,figure,.tile,.banner,.examples>div{break-inside:avoid}h2,h3,caption,thead{break-after:avoid}
.chart>details{display:none}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
