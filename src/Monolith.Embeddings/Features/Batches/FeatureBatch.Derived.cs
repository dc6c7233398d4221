using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features.Batches;

namespace Monolith.Embeddings.Features;

public partial class FeatureBatch
{
    // What the derived slots were derived by, and the version of the batch of which they were.
    private object? _derivedBy;
    private int _derivedVersion = -1;
    private bool[] _absent = [];

    /// <summary>
    /// Which slots stay empty where they are derived, by place: what they are derived from is not known. None in most batches.
    /// </summary>
    internal ReadOnlySpan<bool> AbsentSlots => _absent;

    /// <summary>Sets <see cref="AbsentSlots"/>; the array is kept.</summary>
    internal void SetAbsentSlots(bool[] absent)
    {
        _absent = absent;
        ForgetDerived();
    }

    /// <summary>Whether the derived slots are of what was written, by some parameters.</summary>
    internal bool IsDerivedBy(object parameters) => _derivedVersion == Version && ReferenceEquals(_derivedBy, parameters);

    /// <summary>The emptied column of a derived slot, to be filled for each row.</summary>
    internal SlotColumn BeginDerived(FeatureSlot slot)
    {
        var column = _columns[slot.Index];
        column.Clear();
        return column;
    }

    /// <summary>A column as it is, for the code that derives from it.</summary>
    internal SlotColumn ColumnToDeriveFrom(FeatureSlot slot) => _columns[slot.Index];

    /// <summary>All derived slots are filled.</summary>
    internal void EndDerived(object parameters) => (_derivedBy, _derivedVersion) = (parameters, Version);

    /// <summary>What was derived does not hold any more.</summary>
    internal void ForgetDerived() => _derivedVersion = -1;

    [DoesNotReturn]
    private static void ThrowNotDerived(FeatureSlot slot) => throw new InvalidOperationException(
        $"Slot '{slot.Name}' is derived ({slot.Source!.Description}), and was not derived since the batch was written to: a look-up does, "
        + $"and {nameof(DerivedFeatures)}.{nameof(DerivedFeatures.Derive)}.");
}
