using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Slices;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly SlicedMetrics[] _slices;

    /// <summary>
    /// How well a task was predicted for each slice that was seen, in the order of <see cref="MetricsOptions.Slices"/>. To be called by the
    /// thread that trains, as in a report or a callback; those of the reported task are in reports. Allocates.
    /// </summary>
    /// <param name="task">A task of the schema.</param>
    public IReadOnlyList<MetricsSlice> SlicesOf(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var slices = new List<MetricsSlice>();
        foreach (var sliced in _slices) sliced.AddTo(slices, task);
        return slices;
    }

    private static SlicedMetrics[] CreateSlices(OnlineTrainerOptions options, TableSet tables, FeatureSchema schema) =>
    [
        .. options.Metrics.Slices.Select(
            slice => new SlicedMetrics(schema, SlicingOf(slice, tables, schema), options.Metrics.AsServed)),
    ];

    private static Slicing SlicingOf(MetricsSliceOptions options, TableSet tables, FeatureSchema schema)
    {
        var slot = schema.Slots.FirstOrDefault(slot => slot.Name == options.Slot)
            ?? throw new ArgumentException(
                $"{nameof(MetricsOptions.Slices)} names a slot '{options.Slot}', which the schema does not have; it has "
                + $"{string.Join(", ", schema.Slots.Select(slot => $"'{slot.Name}'"))}.");
        if (options.By == SliceBy.Id) return new IdSlicing(slot, options.MaxSlices);
        if (options.By == SliceBy.Occurrences) return new OccurrenceSlicing(slot, options);
        if (tables is EmbeddingTableSet own) return new RowSlicing(slot, own.Tables[slot.Table]);
        throw new ArgumentException(
            $"{nameof(MetricsOptions.Slices)} asks whether ids of slot '{slot.Name}' have a row, which an {nameof(EmbeddingTableSet)} "
            + $"alone tells at once, not a {tables.GetType().Name}. Slice by {nameof(SliceBy)}.{nameof(SliceBy.Occurrences)} instead.");
    }

    private void AssignSlices(ExampleBatch batch)
    {
        foreach (var slices in _slices) slices.Assign(batch);
    }

    private void ScoreSlices(ExampleBatch batch, ReadOnlySpan<float> logits)
    {
        foreach (var slices in _slices) slices.Add(batch, logits);
    }

    private void ClearSlices()
    {
        foreach (var slices in _slices) slices.ClearWindow();
    }

    private void RestoreSlices(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        foreach (var slices in _slices) slices.Load(sections);
    }
}
