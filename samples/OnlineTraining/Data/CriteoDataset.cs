using System.Numerics;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace OnlineTraining.Data;

/// <summary>
/// Display advertising in the Criteo format, read as it stands: the file is in the order of time but names no times, so that a thousand
/// events count as a second. An integer becomes the id of its order of magnitude; what is missing has no id.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="malformed">What becomes of malformed lines.</param>
/// <param name="events">How many events to learn from, the first of the file; null for all.</param>
public sealed class CriteoDataset(string path, MalformedLines malformed, long? events = null) : Dataset
{
    private const int EventsPerSecond = 1000;

    private bool _isReported;

    /// <inheritdoc />
    public override string Description => $"Criteo format, {Path.GetFileName(path)}";

    /// <inheritdoc />
    public override long? Count => null;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; } =
    [
        .. Enumerable.Range(1, CriteoExample.IntegerCount).Select(i => new SlotSpec($"I{i}")),
        .. Enumerable.Range(1, CriteoExample.CategoryCount).Select(i => new SlotSpec($"C{i}")),
    ];

    /// <summary>The format does not say which column is the item; the first category stands for it.</summary>
    public override int ItemSlot => CriteoExample.IntegerCount;

    /// <inheritdoc />
    public override ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize)
    {
        var (slots, click) = (schema.Slots, schema.Tasks[0]);
        var encoder = new ExampleEncoder<(CriteoExample Example, long Number)>(schema,
            (in (CriteoExample Example, long Number) record, ExampleWriter w) =>
        {
            for (var i = 0; i < CriteoExample.IntegerCount; i++)
            {
                if (record.Example.Integer(i) is { } value) w.Id(slots[i], ids.Id(i, Magnitude(value)));
            }
            for (var i = 0; i < CriteoExample.CategoryCount; i++)
            {
                var slot = CriteoExample.IntegerCount + i;
                if (record.Example.Category(i) is { } value) w.Id(slots[slot], ids.Id(slot, value));
            }
            w.Label(click, record.Example.Clicked).At(record.Number * 1000 / EventsPerSecond);
        });
        return ExampleSource.From(Numbered, encoder, batchSize);
    }

    private IEnumerable<(CriteoExample Example, long Number)> Numbered()
    {
        var number = 0L;
        // The hashed twin reads the file again; what it skips was reported before.
        var policy = _isReported ? new MalformedLines { Limit = malformed.Limit } : malformed;
        _isReported = true;
        foreach (var example in CriteoReader.Read(path, policy))
        {
            if (number == events) yield break;
            yield return (example, number++);
        }
    }

    /// <summary>
    /// The order of magnitude of an integer: 0 to 3 as they are, then two steps an octave; negative values by themselves.
    /// </summary>
    public static long Magnitude(int value)
    {
        if (value < 0) return 1000 + BitOperations.Log2((uint)-(long)value);
        if (value < 4) return value;
        var octave = BitOperations.Log2((uint)value);
        return 2 * octave + ((value >> (octave - 1)) & 1);
    }
}
