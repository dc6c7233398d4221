namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>
/// The items that were seen, in the order in which they were seen last, and by what weight they are drawn. Not thread-safe.
/// </summary>
/// <param name="arrays">Holds them.</param>
/// <param name="popularity">Their weights.</param>
/// <param name="maxItems">How many there may be.</param>
/// <param name="itemAge">In milliseconds: how long one stays that is not seen; <see cref="long.MaxValue"/>: forever.</param>
internal sealed class ItemStore(SamplerArrays arrays, Popularity popularity, int maxItems, long itemAge)
{
    private readonly SideStore _sides = new(arrays);
    private readonly ItemIndex _index = new(arrays.Items);
    private readonly WeightTree? _tree = popularity.IsUniform ? null : new WeightTree();

    /// <summary>How many there are.</summary>
    public int Count => arrays.Frontier.Items;

    /// <summary>Their weights; null where all are equal.</summary>
    public WeightTree? Tree => _tree;

    /// <summary>The bytes of what finds and draws items.</summary>
    public long Bytes => _index.Bytes + (_tree?.Bytes ?? 0);

    /// <summary>The place of an item, or -1.</summary>
    public int Find(long id) => _index.Find(id);

    /// <summary>The item at a place.</summary>
    public ref readonly KnownItem this[int place] => ref arrays.Items[place];

    /// <summary>The sums of an item that is seen the first time now.</summary>
    public WeightSums SumsOfNew(long time) => popularity.SumsOf(popularity.CountOf(arrays.Frontier.Landmark, time));

    /// <summary>The sums of an item.</summary>
    public WeightSums SumsAt(int place) => popularity.SumsOf(arrays.Items[place].Count);

    /// <summary>Copies the values of an item.</summary>
    public void CopyValues(int place, Span<long> words) => _sides.CopyTo(in arrays.Items[place], words);

    /// <summary>Goes on to the event time of a positive: items leave that were not seen for too long.</summary>
    public void GoTo(long time)
    {
        ref var frontier = ref arrays.Frontier;
        frontier.Clock = Math.Max(frontier.Clock, time);
        while (frontier.Oldest >= 0 && IsTooOld(arrays.Items[frontier.Oldest].SeenAt))
        {
            Remove(frontier.Oldest);
            frontier.Counts.Expired++;
        }
        if (popularity.MustMove(frontier.Landmark, time)) MoveLandmark(time);
    }

    /// <summary>Takes a positive of an item in.</summary>
    /// <param name="place">Its place, or -1.</param>
    /// <param name="id">Its id.</param>
    /// <param name="time">The event time.</param>
    /// <param name="words">Its values.</param>
    public void See(int place, long id, long time, ReadOnlySpan<long> words)
    {
        if (place < 0) place = Add(id);
        else Unlink(place);
        Link(place);
        ref var item = ref arrays.Items.Change(place);
        item.SeenAt = Math.Max(item.SeenAt, time);
        item.Count += popularity.CountOf(arrays.Frontier.Landmark, time);
        _tree?.Set(place, popularity.SumsOf(item.Count));
        _sides.Store(place, words);
    }

    /// <summary>Removes items permanently: nothing of their values stays in free blocks.</summary>
    /// <param name="isWanted">Asked for the place of each.</param>
    /// <returns>How many there were.</returns>
    public int RemoveAll(Func<int, bool> isWanted)
    {
        var before = Count;
        // From the last on: what takes a place that becomes free was asked for already.
        for (var place = before - 1; place >= 0; place--)
        {
            if (isWanted(place)) Remove(place);
        }
        _sides.EmptyFree();
        return before - Count;
    }

    /// <summary>Rebuilds what finds and draws items, after all of them have changed.</summary>
    public void Rebuild()
    {
        _index.Rebuild(Count);
        if (_tree is null) return;
        var sums = new WeightSums[Count];
        for (var place = 0; place < sums.Length; place++) sums[place] = popularity.SumsOf(arrays.Items[place].Count);
        _tree.Rebuild(sums);
    }

    // Event times of any two 64-bit numbers: their difference may exceed one.
    private bool IsTooOld(long seenAt) => itemAge != long.MaxValue && (Int128)arrays.Frontier.Clock - seenAt > itemAge;

    private int Add(long id)
    {
        ref var frontier = ref arrays.Frontier;
        if (frontier.Items >= maxItems)
        {
            Remove(frontier.Oldest);
            frontier.Counts.Evicted++;
        }
        var place = frontier.Items++;
        arrays.Items.Reserve(place, int.MaxValue);
        arrays.Items.Change(place) = new KnownItem { Id = id, SeenAt = long.MinValue, Older = -1, Newer = -1, FirstBlock = -1 };
        _index.Add(place);
        return place;
    }

    // The last item takes the place, so that places have no gaps.
    private void Remove(int place)
    {
        Unlink(place);
        _sides.Release(place);
        _index.Remove(place);
        var last = --arrays.Frontier.Items;
        if (last != place) Move(last, place);
        _tree?.Set(last, default);
    }

    private void Move(int from, int to)
    {
        var item = arrays.Items[from];
        _index.Move(item.Id, from, to);
        arrays.Items.Change(to) = item;
        if (item.Older >= 0) arrays.Items.Change(item.Older).Newer = to;
        else arrays.Frontier.Oldest = to;
        if (item.Newer >= 0) arrays.Items.Change(item.Newer).Older = to;
        else arrays.Frontier.Newest = to;
        _tree?.Set(to, _tree[from]);
    }

    private void Link(int place)
    {
        ref var frontier = ref arrays.Frontier;
        ref var item = ref arrays.Items.Change(place);
        (item.Older, item.Newer) = (frontier.Newest, -1);
        if (frontier.Newest >= 0) arrays.Items.Change(frontier.Newest).Newer = place;
        else frontier.Oldest = place;
        frontier.Newest = place;
    }

    private void Unlink(int place)
    {
        ref readonly var item = ref arrays.Items[place];
        if (item.Older >= 0) arrays.Items.Change(item.Older).Newer = item.Newer;
        else arrays.Frontier.Oldest = item.Newer;
        if (item.Newer >= 0) arrays.Items.Change(item.Newer).Older = item.Older;
        else arrays.Frontier.Newest = item.Older;
    }

    private void MoveLandmark(long time)
    {
        ref var frontier = ref arrays.Frontier;
        for (var place = 0; place < frontier.Items; place++)
        {
            ref var item = ref arrays.Items.Change(place);
            item.Count = popularity.Moved(item.Count, frontier.Landmark, time);
        }
        frontier.Landmark = time;
        Rebuild();
    }
}
