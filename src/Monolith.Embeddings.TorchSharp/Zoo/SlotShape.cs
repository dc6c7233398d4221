using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Slots by name, as modules over sequences need them.</summary>
internal static class SlotShape
{
    /// <summary>The vectors of a slot that is not pooled.</summary>
    /// <exception cref="ArgumentException">There is none, or its order is another; the message says so.</exception>
    public static SequenceLayout Sequence(FeatureSchema schema, string slot, string argument, SequenceOrder? order = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(slot, argument);
        var found = schema.Layout.Sequences.FirstOrDefault(s => s.Slot.Name == slot && s.SegmentName == RowBuilder.VectorName)
            ?? throw new ArgumentException($"There is no sequence '{slot}' of vectors; sequences: "
                + $"{string.Join(", ", schema.Layout.Sequences.Select(s => $"'{s.Name}'").DefaultIfEmpty("none"))}.", argument);
        if (order is { } needed && found.Slot.Order != needed)
            throw new ArgumentException($"The sequence '{slot}' has the order {found.Slot.Order}; {needed} is needed.", argument);
        return found;
    }

    /// <exception cref="ArgumentException">Two slots have vectors of different widths; the message holds both.</exception>
    public static void RequireSame(string one, int width, string other, int otherWidth, string argument)
    {
        if (width == otherWidth) return;
        throw new ArgumentException(
            $"The vectors of '{one}' and '{other}' must have one dimension; they have {width} and {otherWidth}.", argument);
    }

    /// <summary>Which column of a sequence's step values has a name.</summary>
    /// <exception cref="ArgumentException">None has; the message lists those that there are.</exception>
    public static int StepValue(SequenceLayout sequence, string name, string argument)
    {
        ArgumentNullException.ThrowIfNull(name, argument);
        var names = sequence.Slot.StepValues;
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }
        throw new ArgumentException($"The sequence '{sequence.Slot.Name}' has no step value '{name}', but: "
            + $"{string.Join(", ", names.Select(other => $"'{other}'").DefaultIfEmpty("none"))}.", argument);
    }
}
