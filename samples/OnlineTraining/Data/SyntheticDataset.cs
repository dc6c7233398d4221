using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace OnlineTraining.Data;

/// <summary>A synthetic click stream: made by a seeded generator, whose items come and go.</summary>
public sealed class SyntheticDataset(long events, ulong seed) : Dataset
{
    private readonly SyntheticClickStream _stream = new(new SyntheticClickStreamOptions { EventCount = events, Seed = seed });

    /// <inheritdoc />
    public override string Description => $"synthetic click stream, {_stream.Count:N0} events";

    /// <inheritdoc />
    public override long? Count => _stream.Count;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; } = [new("user"), new("item"), new("category"), new("hour")];

    /// <inheritdoc />
    public override int ItemSlot => 1;

    /// <inheritdoc />
    public override ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize)
    {
        var (slots, click) = (schema.Slots, schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(slots[0], ids.Id(0, c.User))
            .Id(slots[1], ids.Id(1, c.Item))
            .Id(slots[2], ids.Id(2, c.Category))
            .Id(slots[3], ids.Id(3, c.Hour))
            .Label(click, c.Clicked)
            .At(c.Time));
        return ExampleSource.From(_stream.Read, encoder, batchSize);
    }
}
