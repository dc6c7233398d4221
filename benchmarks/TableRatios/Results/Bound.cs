namespace TableRatios.Results;

/// <summary>What a result has to be.</summary>
/// <param name="Name">The result.</param>
/// <param name="IsMost">Whether it may be at most, rather than must be at least, the limit.</param>
/// <param name="Limit">The limit.</param>
internal sealed record Bound(string Name, bool IsMost, double Limit)
{
    public static Bound AtMost(string name, double limit) => new(name, IsMost: true, limit);

    public static Bound AtLeast(string name, double limit) => new(name, IsMost: false, limit);

    public bool IsMetBy(double value) => IsMost ? value <= Limit : value >= Limit;

    public override string ToString() => $"{(IsMost ? "at most" : "at least")} {Report.Text(Limit)}";
}
