using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>Which negatives a <see cref="NegativeSampler"/> draws.</summary>
/// <remarks>
/// <see cref="Task"/> and <see cref="Item"/> must be set; name in <see cref="ItemSlots"/>, <see cref="ItemDense"/> and <see
/// cref="ItemNumbers"/> whatever else the item decides. The other defaults suit a first model.
/// </remarks>
public sealed class NegativeSamplerOptions : IValidatedOptions
{
    /// <summary>The greatest <see cref="PerPositive"/>: 1,000.</summary>
    public const int MostPerPositive = 1000;

    /// <summary>The greatest <see cref="Window"/>: 1,000.</summary>
    public const int LongestWindow = 1000;

    /// <summary>The greatest <see cref="MaxItems"/>: 2^26.</summary>
    public const int MostItems = 1 << 26;

    /// <summary>The greatest <see cref="MaxUsers"/>: 2^24.</summary>
    public const int MostUsers = 1 << 24;

    /// <summary>The shortest <see cref="HalfLife"/> and <see cref="ItemAge"/>: one second.</summary>
    public static readonly TimeSpan ShortestSpan = TimeSpan.FromSeconds(1);

    /// <summary>The longest <see cref="HalfLife"/> and <see cref="ItemAge"/>: 36,600 days.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(36_600);

    private const long MostWindowItems = 1 << 28;

    /// <summary>The task whose positives get negatives. It has no correction for late labels.</summary>
    public LabelTask? Task { get; set; }

    /// <summary>The slot with the item's id. A positive has one id there; otherwise it gets no negatives.</summary>
    public FeatureSlot? Item { get; set; }

    /// <summary>
    /// The other slots that the item decides: its category, its brand. A negative has there what the newest positive of its item had.
    /// </summary>
    public IList<FeatureSlot> ItemSlots { get; set; } = [];

    /// <summary>
    /// The dense features that the item decides, as ranges of columns: <c>[0..2, 5..6]</c>. A negative has there what the newest positive
    /// of its item had. Ranges may not overlap.
    /// </summary>
    public IList<Range> ItemDense { get; set; } = [];

    /// <summary>
    /// The raw columns that the item decides: its price. A negative has there what the newest positive of its item had; what is derived of
    /// them, or of the item's slots, follows.
    /// </summary>
    public IList<NumberColumn> ItemNumbers { get; set; } = [];

    /// <summary>
    /// The slot with the user's id, whose newest items are not drawn; null (the default) where no user's items are remembered.
    /// </summary>
    public FeatureSlot? User { get; set; }

    /// <summary>How many negatives a positive gets, 1 to <see cref="MostPerPositive"/>. Default 5.</summary>
    public int PerPositive { get; set; } = 5;

    /// <summary>
    /// An item is drawn in proportion to its number of positives to this power, 0 to 1. 0 (the default) draws all items with the same
    /// probability, each at most once for a positive; 1 draws by popularity. The offsets correct for it; it decides for which items the
    /// model learns best.
    /// </summary>
    public double Power { get; set; }

    /// <summary>How many of a user's newest positives are not drawn for it, 0 to <see cref="LongestWindow"/>. Default 20.</summary>
    public int Window { get; set; } = 20;

    /// <summary>
    /// How many users' items are remembered, 1 to <see cref="MostUsers"/>, rounded up to a power of two; users that were not seen for long
    /// make room. Times <see cref="Window"/> at most 2^28. Default 100,000.
    /// </summary>
    public int MaxUsers { get; set; } = 100_000;

    /// <summary>
    /// How many items are remembered, 1 to <see cref="MostItems"/>; the one that was not seen for longest makes room. Default 1,000,000.
    /// </summary>
    public int MaxItems { get; set; } = 1_000_000;

    /// <summary>
    /// After which time without a positive an item is not drawn any more, in event time, <see cref="ShortestSpan"/> to <see
    /// cref="LongestSpan"/>. Null (the default) draws it for as long as it is remembered, so that a model learns that it is gone.
    /// </summary>
    public TimeSpan? ItemAge { get; set; }

    /// <summary>
    /// In which time, in event time, a positive counts half as much for the popularity, <see cref="ShortestSpan"/> to <see
    /// cref="LongestSpan"/>. Null (the default) counts all equally. Needs a <see cref="Power"/> above 0.
    /// </summary>
    public TimeSpan? HalfLife { get; set; }

    /// <summary>Any number; another one draws others.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Where the sampler logs; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Task is not null, nameof(Task), "is null; name the task whose positives get negatives.");
        errors.Require(Task is not { Correction: not FeedbackCorrection.None }, nameof(Task),
            $"has the correction {Task?.Correction}, which is for labels that come late; sampled negatives are final.");
        errors.Require(Item is not null, nameof(Item), "is null; name the slot with the item's id.");
        errors.Require(ItemSlots is not null, nameof(ItemSlots), "is null; leave it empty where the item decides no other slot.");
        errors.Require(ItemDense is not null, nameof(ItemDense), "is null; leave it empty where the item decides no dense feature.");
        errors.Require(ItemNumbers is not null, nameof(ItemNumbers), "is null; leave it empty where the item decides no raw column.");
        errors.InRange(nameof(PerPositive), PerPositive, 1, MostPerPositive);
        errors.InRange(nameof(Power), Power, 0, 1);
        errors.InRange(nameof(Window), Window, 0, LongestWindow);
        errors.InRange(nameof(MaxUsers), MaxUsers, 1, MostUsers);
        errors.InRange(nameof(MaxItems), MaxItems, 1, MostItems);
        errors.Require((long)MaxUsers * Window <= MostWindowItems, nameof(MaxUsers),
            $"{MaxUsers} users of {Window} items are more than {MostWindowItems} items. Remember fewer users, or a shorter window.");
        CollectSpan(errors, nameof(ItemAge), ItemAge);
        CollectSpan(errors, nameof(HalfLife), HalfLife);
        errors.Require(HalfLife is null || Power > 0, nameof(HalfLife),
            "is set, but with a Power of 0 all items are drawn with equal weight, so that nothing can fade. Raise Power, or set ItemAge.");
    }

    /// <summary>What is wrong with options that can be used otherwise, for a schema.</summary>
    internal void CollectErrors(OptionErrors errors, FeatureSchema schema)
    {
        errors.Require(Task is null || schema.Owns(Task), nameof(Task), $"'{Task?.Name}' is no task of the source's schema.");
        CollectSlot(errors, schema, nameof(Item), Item);
        CollectSlot(errors, schema, nameof(User), User);
        foreach (var slot in ItemSlots ?? []) CollectSlot(errors, schema, nameof(ItemSlots), slot);
        var slots = (ItemSlots ?? []).Append(Item).Append(User).Where(slot => slot is not null).ToList();
        foreach (var twice in slots.GroupBy(slot => slot!.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            errors.Add(nameof(ItemSlots), $"Slot '{twice.Key}' is named twice among Item, ItemSlots and User.");
        CollectParents(errors, schema);
        var columns = new bool[schema.DenseWidth];
        foreach (var range in ItemDense ?? []) CollectRange(errors, columns, range);
        foreach (var number in ItemNumbers ?? []) CollectNumber(errors, schema, number);
        var numbers = (ItemNumbers ?? []).Where(number => number is not null);
        foreach (var twice in numbers.GroupBy(number => number.Name, StringComparer.Ordinal))
            errors.Require(twice.Count() == 1, nameof(ItemNumbers), $"names the raw column '{twice.Key}' twice.");
    }

    // A negative's row would be born from what the positive's item is.
    private void CollectParents(OptionErrors errors, FeatureSchema schema)
    {
        var decided = (ItemSlots ?? []).Append(Item).OfType<FeatureSlot>().Where(schema.Owns).Select(slot => schema.Slots[slot.Index]);
        var known = decided.ToHashSet();
        foreach (var slot in known)
        {
            errors.Require(slot.BornFrom is null || known.Contains(slot.BornFrom), nameof(ItemSlots),
                $"lacks '{slot.BornFrom?.Name}', from which new rows of '{slot.Name}' are born: a drawn item would be born from what the "
                + "positive's item has there. Name it, so that it comes from the drawn item.");
        }
    }

    internal NegativeSamplerOptions Copy()
    {
        var copy = (NegativeSamplerOptions)MemberwiseClone();
        (copy.ItemSlots, copy.ItemDense, copy.ItemNumbers) = ([.. ItemSlots], [.. ItemDense], [.. ItemNumbers]);
        return copy;
    }

    private static void CollectSpan(OptionErrors errors, string name, TimeSpan? span) =>
        errors.Require(span is null || (span >= ShortestSpan && span <= LongestSpan), name,
            $"{span} is not between {ShortestSpan} and {LongestSpan}.");

    private static void CollectSlot(OptionErrors errors, FeatureSchema schema, string name, FeatureSlot? slot)
    {
        if (slot is null && name == nameof(ItemSlots)) errors.Add(name, "holds null.");
        errors.Require(slot is null || schema.Owns(slot), name, $"'{slot?.Name}' is no slot of the source's schema.");
        errors.Require(slot is not { IsDerived: true }, name,
            $"'{slot?.Name}' is derived, and follows what it is derived from; name slots that are written.");
    }

    private static void CollectNumber(OptionErrors errors, FeatureSchema schema, NumberColumn? number)
    {
        if (number is null) errors.Add(nameof(ItemNumbers), "holds null.");
        errors.Require(number is null || schema.Owns(number), nameof(ItemNumbers),
            $"'{number?.Name}' is no raw column of the source's schema.");
    }

    private static void CollectRange(OptionErrors errors, bool[] columns, Range range)
    {
        var (first, end) = (range.Start.GetOffset(columns.Length), range.End.GetOffset(columns.Length));
        if (first < 0 || end > columns.Length || first >= end)
        {
            errors.Add(nameof(ItemDense), $"{range} names no columns of the {columns.Length} that the schema has.");
            return;
        }
        errors.Require(!columns.AsSpan(first, end - first).Contains(true), nameof(ItemDense), $"{range} overlaps another range.");
        columns.AsSpan(first, end - first).Fill(true);
    }
}
