namespace Measuring;

/// <summary>What a result has to be.</summary>
/// <param name="Name">The result.</param>
/// <param name="IsMost">Whether it may be at most, rather than must be at least, the limit.</param>
/// <param name="Limit">The limit.</param>
public sealed record Bound(string Name, bool IsMost, double Limit)
{
    public static Bound AtMost(string name, double limit) => new(name, IsMost: true, limit);

    public static Bound AtLeast(string name, double limit) => new(name, IsMost: false, limit);

    public bool IsMetBy(double value) => IsMost ? value <= Limit : value >= Limit;

    /// <summary>Prints a comment line for each bound whose result is there; returns whether all of them are met.</summary>
    public static bool Print(IEnumerable<Bound> bounds, Report report)
    {
        var measured = bounds.Where(bound => report.Values.ContainsKey(bound.Name)).ToArray();
        Console.WriteLine();
        foreach (var bound in measured)
        {
            var value = report.Values[bound.Name];
            Console.WriteLine($"# {(bound.IsMetBy(value) ? "ok  " : "MISS")} {bound.Name,-58} {bound,-18} {Report.Text(value)}");
        }
        return measured.All(bound => bound.IsMetBy(report.Values[bound.Name]));
    }

    public override string ToString() => $"{(IsMost ? "at most" : "at least")} {Report.Text(Limit)}";
}
