using Monolith.Embeddings.Features;
using OnlineTraining.Data;
using PositiveOnly;

namespace Experiments.Data;

/// <summary>
/// Choices of items, each followed by items that were not chosen: drawn uniformly from those that were chosen before, by a seed, once for
/// all trials. Positive is what was chosen. An event knows who chose, the item, and the newest items of the same user before.
/// </summary>
internal sealed class ClicksLog : EventLog
{
    /// <summary>Items drawn a choice.</summary>
    public const int Negatives = 4;

    private const int Recent = 3;

    private readonly Choice[] _choices;
    private readonly long[] _drawn;
    private readonly long[] _recent;
    private readonly string _what;
    private readonly bool _hasUser;

    /// <summary>Draws what was not chosen.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="what">What a choice is, for people.</param>
    /// <param name="choices">In the order of their time. Items may be hashes of texts: they are folded to 48 bits.</param>
    /// <param name="hasUser">Whether the user comes back, and has a slot; sessions do not.</param>
    public ClicksLog(string name, string what, Choice[] choices, bool hasUser)
    {
        (Name, _what, _hasUser) = (name, what, hasUser);
        _choices = [.. choices.Select(choice => choice with { Item = choice.Item & FeatureId.MaxValue })];
        _drawn = Draw(_choices);
        _recent = RecentOf(_choices);
        Slots = hasUser ? [new("item"), new("recent", Pooling.Mean), new("last"), new("user")]
            : [new("item"), new("recent", Pooling.Mean), new("last")];
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    public override string Description => $"{Name}, {_choices.Length:N0} {_what}, {Negatives} items drawn beside each";

    /// <inheritdoc />
    public override int Count => _choices.Length * (Negatives + 1);

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; }

    /// <inheritdoc />
    public override DateTimeOffset TimeOf(int place) => _choices[place / (Negatives + 1)].At;

    /// <inheritdoc />
    public override bool LabelOf(int place) => place % (Negatives + 1) == 0;

    /// <inheritdoc />
    public override void ValuesOf(int place, List<SlotValue> values)
    {
        var (choice, kind) = Math.DivRem(place, Negatives + 1);
        values.Add(new SlotValue(0, kind == 0 ? _choices[choice].Item : _drawn[choice * Negatives + kind - 1]));
        for (var i = 0; i < Recent; i++)
        {
            var item = _recent[choice * Recent + i];
            if (item < 0) break;
            values.Add(new SlotValue(1, item));
            if (i == 0) values.Add(new SlotValue(2, item));
        }
        if (_hasUser) values.Add(new SlotValue(3, _choices[choice].User));
    }

    private static long[] Draw(Choice[] choices)
    {
        var (random, seen, items, drawn) = (new Random(1), new HashSet<long>(), new List<long>(), new long[choices.Length * Negatives]);
        for (var choice = 0; choice < choices.Length; choice++)
        {
            if (seen.Add(choices[choice].Item)) items.Add(choices[choice].Item);
            for (var i = 0; i < Negatives; i++) drawn[choice * Negatives + i] = items[random.Next(items.Count)];
        }
        return drawn;
    }

    // The newest first; -1 where there are no more.
    private static long[] RecentOf(Choice[] choices)
    {
        var (users, recent) = (new Dictionary<long, long[]>(), new long[choices.Length * Recent]);
        for (var choice = 0; choice < choices.Length; choice++)
        {
            var (user, item, _) = choices[choice];
            if (!users.TryGetValue(user, out var before)) users[user] = before = [.. Enumerable.Repeat(-1L, Recent)];
            before.CopyTo(recent, choice * Recent);
            before.AsSpan(..^1).CopyTo(before.AsSpan(1..));
            before[0] = item;
        }
        return recent;
    }
}
