using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>A schema with users, items and a history, a task that is sampled and another one, and sources of events.</summary>
internal sealed class SamplingFixture
{
    public SamplingFixture(bool hasBuy = true, FeedbackCorrection correction = FeedbackCorrection.None, OptimizerOptions? optimizer = null)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", row => row.Bias(optimizer ?? new AdagradOptions()));
        (User, Item) = (builder.Slot("user", "ids"), builder.Slot("item", "ids"));
        Recent = builder.Slot("recent", "ids", Pooling.Sum, maxIds: 3);
        Click = builder.Task("click", new() { Correction = correction });
        if (hasBuy) Buy = builder.Task("buy");
        Schema = builder.Build();
        Encoder = new ExampleEncoder<SampledEvent>(Schema, Write);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Recent { get; }

    public LabelTask Click { get; }

    public LabelTask? Buy { get; }

    public ExampleEncoder<SampledEvent> Encoder { get; }

    public SubsamplingOptions Options(double rate, int batchSize = 64, ulong seed = 0) =>
        new() { Task = Click, NegativeRate = rate, BatchSize = batchSize, Seed = seed };

    /// <summary>So many events, every seventh of them a click.</summary>
    public ExampleSource Events(int count, int batchSize) => Of(Enumerable.Range(0, count).Select(Event), batchSize);

    public static SampledEvent Event(int number) =>
        new(number + 1, 1_000_000 + number, number % 11, number % 5, number % 7 == 3 ? 1 : 0);

    public ExampleSource Of(IEnumerable<SampledEvent> events, int batchSize) => ExampleSource.From(() => events, Encoder, batchSize);

    /// <summary>All batches; not handed back.</summary>
    public static async Task<List<ExampleBatch>> ReadAsync(ExampleSource source, StreamPosition from = default)
    {
        var batches = new List<ExampleBatch>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None)) batches.Add(batch);
        return batches;
    }

    /// <summary>The requests that were kept.</summary>
    public static async Task<long[]> KeptAsync(ExampleSource source, StreamPosition from = default) =>
        [.. (await ReadAsync(source, from)).SelectMany(batch => batch.RequestIds.ToArray())];

    private void Write(in SampledEvent happened, ExampleWriter writer)
    {
        writer.Id(User, happened.User).Id(Item, happened.Item).Ids(Recent, happened.Recent).Label(Click, happened.Click)
            .LogitOffset(Click, happened.Offset).Weight(happened.Weight).At(happened.Time, happened.Request);
        if (Buy is not null) writer.Label(Buy, happened.Buy);
    }
}
