using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>What a dictionary of arrays takes for the same lookups.</summary>
internal sealed class DictionaryLookups(RatioContext context) : FillMeasurement(context)
{
    private const string Uniform = "lookup.uniform.vs_concurrent_dictionary";

    // An array of weights and state, its header, an entry of the dictionary and its place.
    private const int OverheadBytes = 96;

    public override IReadOnlyList<string> Names { get; } = [Uniform];

    /// <summary>The bytes that a dictionary of that many rows needs, and as much again for the collector.</summary>
    public static long Bytes(RatioSettings settings) => 2L * settings.Rows * (2 * settings.Dimension * sizeof(float) + OverheadBytes);

    public override void Run(Subject subject, string suffix)
    {
        if (!Context.IsWanted(Uniform + suffix)) return;
        WarmMemory.Touch(Bytes(Context.Settings));
        var dictionary = new DictionaryRows(Context.Settings.Dimension);
        dictionary.Fill(0, subject.Rows);
        var batches = IdBatches.Uniform(subject.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(4));
        Context.Compare(Uniform + suffix,
            "dictionary_ns", turn => RatioContext.Each(
                turn, RatioContext.BatchesATurn, batch => dictionary.Gather(batches.Ids(batch), Context.Output)),
            "ns", turn => RatioContext.Each(
                turn, RatioContext.BatchesATurn, batch => subject.Table.Lookup(batches.Ids(batch), Context.Output)),
            (long)RatioContext.BatchesATurn * RatioContext.BatchSize);
        GC.KeepAlive(dictionary);
    }
}
