using System.Globalization;
using System.Text;
using OnlineTraining.Contest;

namespace OnlineTraining.Reporting;

/// <summary>Draws the area under the ROC curve over the events of the stream, a line a contestant, as SVG.</summary>
public sealed class AucPlot
{
    private const int Width = 860, Height = 420, Left = 64, Right = 44, Top = 52, Bottom = 92;
    private static readonly string[] Colours = ["#1f5fbf", "#d9730d", "#6b7280", "#2e8b57", "#9b3fb5", "#b22222"];

    private static readonly long[] Digits = [1, 2, 5];

    private readonly IReadOnlyList<ScoreBoard> _boards;
    private readonly string _title;
    private readonly StringBuilder _svg = new();
    private readonly double _lowest, _highest;
    private readonly long _events;

    private AucPlot(string title, IReadOnlyList<ScoreBoard> boards)
    {
        (_title, _boards) = (title, boards);
        var areas = boards.SelectMany(board => board.Curve).Select(point => point.Auc).Where(double.IsFinite).DefaultIfEmpty(0.5).ToArray();
        _lowest = Math.Floor(areas.Min() * 50) / 50;
        _highest = Math.Max(Math.Ceiling(areas.Max() * 50) / 50, _lowest + 0.02);
        _events = boards.SelectMany(board => board.Curve).Select(point => point.Events).DefaultIfEmpty(1).Max();
    }

    /// <summary>The plot as SVG.</summary>
    /// <param name="title">What the stream is.</param>
    /// <param name="boards">The contestants.</param>
    public static string Draw(string title, IReadOnlyList<ScoreBoard> boards) => new AucPlot(title, boards).Draw();

    private string Draw()
    {
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" "
            + "font-family=\"sans-serif\" font-size=\"12\">");
        Line($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Text(Left, 22, "start", "Progressive AUC by window: each event is predicted before it is learned",
            "font-size=\"15\" font-weight=\"bold\"");
        Text(Left, 40, "start", _title, "fill=\"#555\"");
        DrawGrid();
        for (var i = 0; i < _boards.Count; i++) DrawBoard(_boards[i], i);
        Line("</svg>");
        return _svg.ToString();
    }

    private void DrawGrid()
    {
        var step = _highest - _lowest > 0.2 ? 0.05 : 0.02;
        for (var area = _lowest; area <= _highest + 1e-9; area += step)
        {
            Line($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{N(Y(area))}\" y2=\"{N(Y(area))}\" stroke=\"#e3e3e3\"/>");
            Text(Left - 8, Y(area) + 4, "end", area.ToString("F2", CultureInfo.InvariantCulture));
        }
        for (var events = 0L; events <= _events; events += EventStep())
            Text(X(events), Height - Bottom + 18, "middle", events.ToString("N0", CultureInfo.InvariantCulture));
        Text((Left + Width - Right) / 2.0, Height - Bottom + 36, "middle", "events", "fill=\"#555\"");
    }

    // 1, 2 or 5 times a power of ten, so that there are four to nine labels.
    private long EventStep()
    {
        for (var power = 1L; ; power *= 10)
        {
            foreach (var digit in Digits)
            {
                if (_events / (digit * power) <= 8) return digit * power;
            }
        }
    }

    private void DrawBoard(ScoreBoard board, int index)
    {
        var colour = Colours[index % Colours.Length];
        var points = board.Curve.Where(point => double.IsFinite(point.Auc)).Select(point => $"{N(X(point.Events))},{N(Y(point.Auc))}");
        Line($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{string.Join(' ', points)}\"/>");
        var (x, y) = (Left + index % 3 * 265, Height - 30 + index / 3 * 18);
        Line($"<line x1=\"{x}\" x2=\"{x + 22}\" y1=\"{y - 4}\" y2=\"{y - 4}\" stroke=\"{colour}\" stroke-width=\"3\"/>");
        Text(x + 28, y, "start", board.Name);
    }

    private double X(long events) => Left + (Width - Left - Right) * ((double)events / _events);

    private double Y(double area) => Height - Bottom - (Height - Top - Bottom) * ((area - _lowest) / (_highest - _lowest));

    private void Text(double x, double y, string anchor, string text, string style = "") =>
        Line($"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\" {style}>{System.Security.SecurityElement.Escape(text)}</text>");

    private void Line(string line) => _svg.Append(line).Append('\n');

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
