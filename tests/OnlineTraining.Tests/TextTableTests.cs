using Samples.Common;

namespace OnlineTraining.Tests;

public class TextTableTests
{
    private static readonly string[] Header =
        ["predicted before learned", "scored", "AUC", "log-loss", "calibration", "rows", "bytes"];

    [Test]
    public void In_a_narrow_terminal_the_columns_stand_in_tables_below_one_another([Values(50, 60, 70)] int width)
    {
        var lines = Lines(width);
        Assert.That(lines.Select(line => line.Length), Is.All.LessThan(width));
        Assert.That(lines.Count(line => line.StartsWith("DeepFM, collisionless", StringComparison.Ordinal)), Is.GreaterThan(1));
        foreach (var name in Header) Assert.That(lines.Count(line => line.Contains(name, StringComparison.Ordinal)), Is.GreaterThan(0));
        Assert.That(lines.SelectMany(Cells).Where(cell => cell.StartsWith('v')),
            Is.EquivalentTo(new[] { "v1", "v2", "v3", "v4", "v5", "v6" }));
    }

    [Test]
    public void Where_all_fits_and_in_a_pipe_it_is_one_table([Values(null, 0, 100)] int? width) =>
        Assert.That(Lines(width), Has.Length.EqualTo(3));

    [Test]
    public void A_terminal_that_is_too_narrow_for_anything_gets_a_column_at_a_time() =>
        Assert.That(Lines(5), Has.Length.EqualTo(6 * 3 + 5));

    private static string[] Lines(int? width)
    {
        using var output = new StringWriter();
        var table = new TextTable(Header);
        table.Add("DeepFM, collisionless", "v1", "v2", "v3", "v4", "v5", "v6");
        table.Write(output, width);
        return output.ToString().TrimEnd().Split(Environment.NewLine);
    }

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
