using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Schemas and rows with sequences, for modules that use them.</summary>
internal static class SequenceSchemas
{
    public const int Dimension = 4, Steps = 5, Drawn = 3;

    /// <summary>A user, an item, a history with an action, a surface and an age, and negatives.</summary>
    public static FeatureSchema Create(SequenceOrder order = SequenceOrder.OldestFirst, int dense = 0, int tasks = 1)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Vector(Dimension, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("user", "ids");
        f.Slot("item", "ids");
        f.Sequence("history", "ids", Steps, order, "action", "other", "surface", "age");
        f.Sequence("negatives", "ids", Drawn, SequenceOrder.NewestFirst);
        for (var i = 0; i < tasks; i++) f.Task($"task{i}");
        f.Dense(dense);
        return f.Build();
    }

    /// <summary>Rows of all lengths, the empty one among them, with an accidental hit and a row that has no negatives.</summary>
    public static SequenceRow[] Rows() =>
    [
        Row([11, 12, 13], item: 14, negatives: [21, 14, 22]), Row([], item: 15, negatives: [23]),
        Row([16, 17, 18, 19, 20], item: 11, negatives: [24, 18, 16]), Row([12], item: 16, negatives: []),
        Row([13, 13], item: 12, negatives: [25, 13]) with { Label = 0, Weight = 2.5f },
        Row([14, 15, 11, 12], item: 20, negatives: [26, 27]) with { Label = float.NaN },
    ];

    public static SequenceRow Row(long[] history, long item, long[]? negatives = null) =>
        new(new Dictionary<string, long[]>
        {
            ["user"] = [item + 100],
            ["item"] = [item],
            ["history"] = history,
            ["negatives"] = negatives ?? [],
        })
        {
            // Kinds beyond 2 and below 0, surfaces, ages to both sides of the request.
            Values = new()
            {
                ["history"] = [.. history.Select((id, i) => new[] { id % 5 - 1f, id % 2, id % 3, (id % 4 - 1) * 0.5f })],
            },
        };
}
