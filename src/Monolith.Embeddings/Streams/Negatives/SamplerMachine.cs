using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>Makes of a batch one with negatives, and of the state before it the state behind it. Not thread-safe.</summary>
/// <param name="options">Valid options, not changed afterwards.</param>
/// <param name="columns">The dense columns that the item decides.</param>
/// <param name="arrays">The state.</param>
internal sealed class SamplerMachine(NegativeSamplerOptions options, int[] columns, SamplerArrays arrays)
{
    private readonly ItemStore _items = new(
        arrays, new Popularity(options.Power, options.HalfLife?.TotalMilliseconds ?? 0), options.MaxItems,
        options.ItemAge is { } age ? (long)age.TotalMilliseconds : long.MaxValue);

    private readonly SideValues _sides = new(
        [.. options.ItemSlots], columns, [.. options.ItemNumbers.Select(number => number.Index)]);

    private readonly BatchRequests _requests = new();
    private UserWindows? _users;
    private EventDraw? _draw;

    /// <summary>The bytes beside the state.</summary>
    public long Bytes => _items.Bytes + Draw.Bytes;

    private FeatureSlot ItemSlot => options.Item!;

    private LabelTask Task => options.Task!;

    private EventDraw Draw => _draw ??= new(_items, options.PerPositive, options.Seed);

    private UserWindows? Users => options.User is null || options.Window == 0 ? null : _users ??= new(arrays);

    /// <summary>The examples that are passed by as they are, because an id of theirs was forgotten; null for none.</summary>
    public SuppressedExamples? Suppressed { get; set; }

    /// <summary>Removes what the state has of forgotten ids.</summary>
    /// <param name="upTo">Up to which generation of their list they are removed already.</param>
    /// <returns>How many items, users and remembered items of users that were.</returns>
    public long Forget(long upTo)
    {
        var forgetting = new SamplerForgetting(options, arrays, Suppressed!.List, upTo);
        return forgetting.ForgetItems(_items, _sides) + forgetting.ForgetUsers() + forgetting.ForgetRequest();
    }

    /// <summary>After the state has become another one.</summary>
    public void Rebuild() => _items.Rebuild();

    /// <summary>Appends the examples of a batch, each positive with its negatives.</summary>
    public void Process(ExampleBatch from, ExampleBatch to)
    {
        _requests.Begin(from);
        var labels = from.Labels(Task);
        for (var row = 0; row < from.Rows; row++)
        {
            // A label that is not observed is NaN, and not above 0.
            if (IsSuppressed(from, row)) to.Append(from, row);
            else if (labels[row] > 0 && TryId(from, ItemSlot, row, out var item)) AddPositive(from, row, item, to);
            else AddOther(from, row, labels[row], to);
        }
        RememberRequest(from);
    }

    private bool IsSuppressed(ExampleBatch batch, int row) => Suppressed is { IsEmpty: false } ids && ids.IsSuppressed(batch, row);

    private static bool TryId(ExampleBatch batch, FeatureSlot slot, int row, out long id)
    {
        var offsets = batch.Offsets(slot);
        var bag = batch.IsShared(slot) ? 0 : row;
        var isOne = offsets[bag + 1] - offsets[bag] == 1;
        id = isOne ? batch.Ids(slot)[offsets[bag]] : 0;
        return isOne;
    }

    private void AddOther(ExampleBatch from, int row, float label, ExampleBatch to)
    {
        ref var counts = ref arrays.Frontier.Counts;
        counts.Others++;
        if (label > 0) counts.WithoutItem++;
        else if (label == 0) counts.Labelled++;
        to.Append(from, row);
    }

    private void AddPositive(ExampleBatch from, int row, long item, ExampleBatch to)
    {
        var time = from.EventTimesMilliseconds[row];
        _items.GoTo(time);
        var place = _items.Find(item);
        var hasUser = TryUser(from, row, out var user);
        var userPlace = hasUser ? Users!.Find(user) : -1;
        Draw.Begin(arrays.Frontier.Counts.Positives, place, place < 0 ? _items.SumsOfNew(time) : default);
        RejectRequest(from, row);
        if (userPlace >= 0) RejectWindow(userPlace);
        Draw.EndRejections();
        WriteEvent(from, row, to);
        Draw.End();
        Count();
        _items.See(place, item, time, _sides.Read(from, row));
        if (hasUser) Users!.Add(userPlace, user, item, arrays.Frontier.Counts.Positives);
    }

    private bool TryUser(ExampleBatch from, int row, out long user)
    {
        user = 0;
        return Users is not null && TryId(from, options.User!, row, out user);
    }

    private void RejectRequest(ExampleBatch from, int row)
    {
        var request = from.RequestIds[row];
        if (request == 0) return;
        ref var frontier = ref arrays.Frontier;
        if (request == frontier.Request)
        {
            for (var i = 0; i < frontier.RequestItems; i++) Draw.Reject(_items.Find(arrays.RequestItems[i]));
        }
        var left = SamplerArrays.MostRequestItems;
        for (var other = _requests.First(row); other >= 0 && left > 0; other = _requests.Next(other), left--)
        {
            if (TryId(from, ItemSlot, other, out var item)) Draw.Reject(_items.Find(item));
        }
    }

    private void RejectWindow(int userPlace)
    {
        for (var back = 0; back < Users!.CountOf(userPlace); back++) Draw.Reject(_items.Find(Users.Item(userPlace, back)));
    }

    private void WriteEvent(ExampleBatch from, int row, ExampleBatch to)
    {
        var before = from.LogitOffsets(Task)[row];
        to.BeginCopy(from, row);
        to.WriteLogitOffset(Task, before + Draw.PositiveOffset());
        to.EndRow();
        for (var i = 0; i < Draw.Count; i++)
        {
            var place = Draw.Next();
            ref readonly var item = ref _items[place];
            to.BeginCopy(from, row);
            to.ForgetOutcome();
            to.EmptiedColumn(ItemSlot).Add(item.Id);
            if (!_sides.AreNone)
            {
                _items.CopyValues(place, _sides.Room(item.Words));
                _sides.Write(to);
            }
            to.WriteLabel(Task, 0);
            to.WriteLogitOffset(Task, before + Draw.OffsetAt(place));
            to.EndRow();
        }
    }

    private void Count()
    {
        ref var counts = ref arrays.Frontier.Counts;
        counts.Positives++;
        counts.Negatives += Draw.Count;
        counts.Missing += options.PerPositive - Draw.Count;
        counts.Rejections += Draw.Rejections;
    }

    // The last request of a batch may go on in the next one.
    private void RememberRequest(ExampleBatch from)
    {
        ref var frontier = ref arrays.Frontier;
        var request = from.Rows == 0 ? 0 : from.RequestIds[^1];
        if (request == 0 || request != frontier.Request) (frontier.Request, frontier.RequestItems) = (request, 0);
        if (request == 0) return;
        for (var row = _requests.First(from.Rows - 1); row >= 0; row = _requests.Next(row))
        {
            if (frontier.RequestItems == SamplerArrays.MostRequestItems) return;
            if (IsSuppressed(from, row) || !TryId(from, ItemSlot, row, out var item)) continue;
            arrays.RequestItems.Change(frontier.RequestItems++) = item;
        }
    }
}
