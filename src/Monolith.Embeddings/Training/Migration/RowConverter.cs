using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams.ExampleLogs;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Reads examples of the old schema as such of the new one: what is new is empty there. Immutable; thread-safe.</summary>
internal static class RowConverter
{
    /// <summary>Whether the bytes of an example are the same by both schemas.</summary>
    public static bool IsNeeded(FeatureSchema before, FeatureSchema after, MigrationNames names)
    {
        var (was, now) = (Renamed(before, names), RowShape.Of(after));
        return !(was.Tasks.SequenceEqual(now.Tasks) && was.Numbers.SequenceEqual(now.Numbers) && was.DenseWidth == now.DenseWidth
            && was.Slots.Count == now.Slots.Count && was.Slots.Zip(now.Slots).All(pair =>
                pair.First.Name == pair.Second.Name && pair.First.Order == pair.Second.Order
                && pair.First.StepValues.SequenceEqual(pair.Second.StepValues)));
    }

    /// <summary>A reader of the old bytes into batches of the new schema.</summary>
    public static ExampleRowReader Reader(FeatureSchema before, FeatureSchema after, MigrationNames names) =>
        RowShapeFit.Reader(Renamed(before, names), after, allowsMissing: true, "");

    // Parts that are not there any more keep a name that no part has.
    private static RowShape Renamed(FeatureSchema before, MigrationNames names)
    {
        var shape = RowShape.Of(before);
        return shape with
        {
            Slots = [.. shape.Slots.Select(slot => slot with { Name = names.Slots.After(slot.Name) ?? "" })],
            Tasks = [.. shape.Tasks.Select(task => names.Tasks.After(task) ?? "")],
        };
    }
}
