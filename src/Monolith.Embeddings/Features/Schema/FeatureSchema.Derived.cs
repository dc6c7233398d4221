using System.Diagnostics.CodeAnalysis;

namespace Monolith.Embeddings.Features;

public sealed partial class FeatureSchema
{
    /// <summary>The most ids that an example has in a cross: 4,096.</summary>
    public const int MaxCrossIds = 4096;

    /// <summary>
    /// The dense features that the library derives from raw columns, each at its <see cref="DerivedDense.Column"/> of the model's dense
    /// input, behind the <see cref="DenseWidth"/> that encoders write; none in most schemas.
    /// </summary>
    public IReadOnlyList<DerivedDense> DerivedDense { get; }

    /// <summary>The slots that encoders write, in their order; what rows of logs hold.</summary>
    internal IReadOnlyList<FeatureSlot> WrittenSlots { get; }

    /// <summary>Whether any slot or dense feature is derived.</summary>
    internal bool HasDerived { get; }

    /// <summary>Says which slots are some slots, or are derived from them or from some raw columns, also by others in between.</summary>
    /// <param name="slots">Whether it is one of the slots, by place; receives the answer.</param>
    /// <param name="numbers">Whether it is one of the raw columns, by place.</param>
    internal void AddDerivedFrom(Span<bool> slots, ReadOnlySpan<bool> numbers)
    {
        // What a slot is derived from stands before it.
        foreach (var slot in Slots)
        {
            if (slot.Source?.IsMadeOf(slots, numbers) == true) slots[slot.Index] = true;
        }
    }

    [DoesNotReturn]
    internal static void ThrowDerived(FeatureSlot slot) => throw new ArgumentException(
        $"Slot '{slot.Name}' is derived ({slot.Source!.Description}): the library fills it. Write what it is derived from.", nameof(slot));
}
