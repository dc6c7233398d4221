using Measuring;
using TableRatios.Workloads;

namespace TableRatios.BucketLayouts;

/// <summary>Measures one layout at one fill.</summary>
internal static class LayoutRun
{
    private const string Hit = "hit", Miss = "miss", Update = "update", Build = "build", IndexBytes = "index_bytes_per_row";

    // The first bucket alone is fetched ahead, or both.
    private const string Both = "_both";

    public static IReadOnlyList<string> Results { get; } = [Hit, Hit + Both, Miss, Miss + Both, Update, Update + Both, Build, IndexBytes];

    public static string FullName(string layout, double fill, string result) => $"layout.{layout}.{result}.fill{fill * 100:F0}";

    public static void Measure<TLayout>(RatioContext context, LayoutSubject subject, double fill)
        where TLayout : unmanaged, IBucketLayout<TLayout>
    {
        if (!Results.Any(result => context.IsWanted(FullName(TLayout.Name, fill, result)))) return;
        using var index = new LayoutIndex<TLayout>(context.Settings.Rows, fill);
        var loop = new ProbeLoop<TLayout>(index, subject.Rows);
        var buildNanoseconds = Fill(context.Settings.Rows, loop);
        Print(IndexBytes, (double)index.Bytes / context.Settings.Rows);
        foreach (var both in new[] { false, true })
        {
            var suffix = both ? Both : "";
            var flat = Compare(Hit + suffix, batch => Lookup(subject.Present.Ids(batch), RatioContext.BatchSize));
            Compare(Miss + suffix, batch => Lookup(subject.Absent.Ids(batch), 0));
            Compare(Update + suffix, batch => loop.Update(subject.Present.Ids(batch), context.Gradients, Subject.Rate, both));
            if (!both) Print(Build, buildNanoseconds / flat);

            void Lookup(ReadOnlySpan<long> ids, int expected)
            {
                var found = loop.Lookup(ids, context.Output, both);
                if (found != expected) throw new InvalidOperationException($"{TLayout.Name} finds {found} of {expected} ids.");
            }
        }

        void Print(string result, double value)
        {
            if (context.IsWanted(FullName(TLayout.Name, fill, result))) context.Report.Print(FullName(TLayout.Name, fill, result), value);
        }

        double Compare(string result, Action<int> work)
        {
            var (ratio, _, flat) = context.Interleaved.Compare(
                turn => RatioContext.Each(turn, RatioContext.BatchesATurn, work),
                turn => RatioContext.Each(
                    turn, RatioContext.BatchesATurn, batch => subject.Flat.Gather(subject.Present.Numbers(batch), context.Output)),
                (long)RatioContext.BatchesATurn * RatioContext.BatchSize);
            Print(result, ratio);
            return flat;
        }
    }

    // Nanoseconds a row.
    private static double Fill<TLayout>(int rows, ProbeLoop<TLayout> loop)
        where TLayout : unmanaged, IBucketLayout<TLayout>
    {
        var (ids, total) = (new long[RatioContext.BatchSize], 0.0);
        for (var start = 0; start < rows; start += ids.Length)
        {
            var (from, count) = (start, Math.Min(ids.Length, rows - start));
            for (var i = 0; i < count; i++) ids[i] = ScatteredIds.Of(from + i);
            total += Interleaved.Time(() => loop.Insert(ids.AsSpan(0, count), from, both: true));
        }
        return total / rows;
    }
}
