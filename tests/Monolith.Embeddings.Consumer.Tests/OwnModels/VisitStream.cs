using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>
/// Visits that differ by their order alone: each user has seen the same eight items, in an order of her own, and clicks as the newest one
/// makes her, nine times of ten. A sum over the items is the same for all.
/// </summary>
internal sealed class VisitStream
{
    public const int Items = 8, BatchSize = 50;

    private readonly bool _isShuffled;

    /// <param name="kind">How the visits reach the model.</param>
    /// <param name="isShuffled">Whether steps come in no order, so that their age alone tells the newest one.</param>
    public VisitStream(Pooling kind, bool isShuffled = false)
    {
        _isShuffled = isShuffled;
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Bias(new AdagradOptions()).Vector(4, new AdagradOptions { LearningRate = 0.1f }));
        Item = f.Slot("item", "items");
        Recent = kind == Pooling.None
            ? f.Sequence("recent", "items", Items, SequenceOrder.OldestFirst, "age")
            : f.Slot("recent", "items", kind, Items);
        Click = f.Task("click");
        Schema = f.Build();
        Encoder = new ExampleEncoder<int>(Schema, Encode);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Recent { get; }

    public LabelTask Click { get; }

    public ExampleEncoder<int> Encoder { get; }

    public ExampleSource Source(int count) => ExampleSource.From(() => Enumerable.Range(0, count), Encoder, BatchSize);

    /// <summary>The items that a user saw, the oldest first.</summary>
    public static long[] VisitsOf(int user)
    {
        long[] items = [.. Enumerable.Range(0, Items)];
        new Random(user).Shuffle(items);
        return items;
    }

    private void Encode(in int user, ExampleWriter writer)
    {
        var (visits, random) = (VisitsOf(user), new Random(~user));
        int[] steps = [.. Enumerable.Range(0, Items)];
        if (_isShuffled) random.Shuffle(steps);
        foreach (var step in steps)
        {
            if (Recent.Pooling == Pooling.None) writer.Step(Recent, visits[step], Items - 1 - step);
            else writer.Id(Recent, visits[step]);
        }
        writer.Id(Item, user % 3).Label(Click, (visits[^1] % 2 == 0) == (random.Next(10) > 0)).At(1_700_000_000_000 + user);
    }
}
