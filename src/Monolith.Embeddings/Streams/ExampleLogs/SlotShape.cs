using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>What rows have of a slot. Immutable.</summary>
/// <param name="Name">The slot's name.</param>
/// <param name="Order">0 where it is no sequence, or that was not said; 1 with the newest step first, 2 with the oldest.</param>
/// <param name="StepValues">The names of the values that each step has.</param>
internal sealed record SlotShape(string Name, int Order, IReadOnlyList<string> StepValues)
{
    public bool IsSequence => Order > 0;

    public static SlotShape Of(FeatureSlot slot) => new(slot.Name, OrderOf(slot), slot.StepValues);

    /// <exception cref="FormatException">The bytes are of no shape.</exception>
    public static SlotShape ReadSteps(ref FieldReader fields) =>
        new("", (int)fields.Count(2, "orders"), fields.List(
            FeatureSchema.MaxStepValues, "step values", static (ref FieldReader reader) => reader.Text(int.MaxValue)));

    public void WriteSteps(FieldWriter fields)
    {
        fields.Int32(Order);
        fields.List(StepValues, static (writer, name) => writer.Text(name, int.MaxValue));
    }

    /// <summary>Whether a slot has the steps in the other order. Where one of the two is no sequence, that is not known.</summary>
    public bool IsReversedTo(FeatureSlot slot) => IsSequence && slot.Pooling == Pooling.None && Order != OrderOf(slot);

    private static int OrderOf(FeatureSlot slot) => slot.Pooling != Pooling.None ? 0 : slot.Order == SequenceOrder.NewestFirst ? 1 : 2;
}
