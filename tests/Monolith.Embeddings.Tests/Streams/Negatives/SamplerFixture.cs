using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>A schema with users, items and what items decide, and random streams of events.</summary>
internal sealed class SamplerFixture
{
    public SamplerFixture()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Dense(3);
        foreach (var table in new[] { "users", "items", "categories", "devices" }) builder.Table(table, row => row.Bias(new SgdOptions()));
        User = builder.Slot("user", "users");
        Device = builder.Slot("device", "devices");
        Item = builder.Slot("item", "items");
        Category = builder.Slot("category", "categories");
        Click = builder.Task("click");
        Buy = builder.Task("buy");
        Schema = builder.Build();
        Encoder = new ExampleEncoder<SampledEvent>(Schema, Write);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Device { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Category { get; }

    public LabelTask Click { get; }

    public LabelTask Buy { get; }

    public ExampleEncoder<SampledEvent> Encoder { get; }

    public NegativeSamplerOptions Options => new()
    {
        Task = Click,
        Item = Item,
        ItemSlots = [Category],
        ItemDense = [1..3],
        User = User,
        MaxUsers = 1 << 12,
        Window = 4,
    };

    public ExampleSource Source(IReadOnlyList<SampledEvent> events, int batchSize) => ExampleSource.From(() => events, Encoder, batchSize);

    /// <summary>A positive without a user, of an item that decides nothing.</summary>
    public static SampledEvent Plain(long item, long time = 0, long? user = null, long request = 0) =>
        new(user, [item], [], 1, 0, 0, 1, time, request);

    /// <summary>A stream of everything that may come.</summary>
    public static List<SampledEvent> Random(int seed, int count, int items = 30, int users = 8)
    {
        var random = new Random(seed);
        var (events, time, request) = (new List<SampledEvent>(), 1_700_000_000_000L, 0L);
        while (events.Count < count)
        {
            time += random.Next(5_000) - 500;
            if (random.Next(3) > 0) request = random.Next(4) == 0 ? 0 : random.NextInt64();
            events.Add(Next(random, items, users, time, request));
        }
        return events;
    }

    public static async Task<List<SampledRow>> ReadAsync(SamplerFixture f, ExampleSource source, StreamPosition from = default)
    {
        var rows = new List<SampledRow>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None))
        {
            rows.AddRange(SampledRow.Of(f, batch));
            batch.Dispose();
        }
        return rows;
    }

    private static SampledEvent Next(Random random, int items, int users, long time, long request)
    {
        var item = ItemId((int)(items * Math.Pow(random.NextDouble(), 2)));
        long[] ids = random.Next(30) switch { 0 => [], 1 => [item, 5], _ => [item] };
        long[] categories = [.. Enumerable.Range(0, random.Next(10) == 0 ? random.Next(20) : 1).Select(i => (item % 7) + (i * 1000))];
        var label = random.Next(12) switch { 0 => 0, 1 => float.NaN, 2 => 0.5f, _ => 1f };
        return new(random.Next(10) == 0 ? null : ItemId(random.Next(users)), ids, categories, random.Next(4) == 0 ? 0.5f : 1,
            item + random.Next(2), random.Next(24), label, time, request);
    }

    // The smallest, the greatest, 0, -1 and others.
    private static long ItemId(int number) => number switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => 0,
        3 => -1,
        _ => unchecked(number * 7_000_000_000_000_001L),
    };

    private void Write(in SampledEvent happened, ExampleWriter writer)
    {
        if (happened.User is { } user) writer.Id(User, user);
        writer.Ids(Item, happened.Items).Id(Device, 1 + ((long)happened.Hour % 2)).Dense(0, happened.Hour).Dense(1, happened.Price % 100);
        writer.Dense(2, happened.Weight).Label(Click, happened.Label).At(happened.Time, happened.Request);
        writer.ServedPrediction(Buy, 0.5f);
        writer.Label(Buy, 1f).LogitOffset(Buy, 2).Served(new() { Position = 3 }).Weight(1 + (happened.Hour / 8));
        if (happened.Weight == 1) writer.Ids(Category, happened.Categories);
        else foreach (var category in happened.Categories) writer.Id(Category, category, happened.Weight);
    }
}
