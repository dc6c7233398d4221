using TableRatios.BucketLayouts;

namespace TableRatios.Measurements;

/// <summary>
/// Which bucket layout an index should have: bare loops on one thread, over the same rows, at several fills; nanoseconds relative to
/// gathering the same rows by number.
/// </summary>
internal sealed class Layouts(RatioContext context) : Measurement(context)
{
    private static readonly double[] Fills = [0.7, 0.8, 0.9];

    public override IReadOnlyList<string> Names { get; } =
        [.. from layout in new[] { KeyedLayout.Name, TaggedLayout<NoMark>.Name, TaggedLayout<OverflowMark>.Name }
            from fill in Fills
            from result in LayoutRun.Results
            select LayoutRun.FullName(layout, fill, result)];

    public override void Run()
    {
        using var rows = new LayoutSubject(Context);
        foreach (var fill in Fills)
        {
            LayoutRun.Measure<KeyedLayout>(Context, rows, fill);
            LayoutRun.Measure<TaggedLayout<NoMark>>(Context, rows, fill);
            LayoutRun.Measure<TaggedLayout<OverflowMark>>(Context, rows, fill);
        }
    }
}
