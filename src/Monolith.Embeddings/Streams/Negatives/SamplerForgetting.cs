using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>Removes forgotten ids from a sampler's state. Not thread-safe.</summary>
/// <param name="options">Which slots the ids are of.</param>
/// <param name="arrays">The state, in which a batch was begun.</param>
/// <param name="list">The ids.</param>
/// <param name="upTo">Up to which generation of the list they are removed already.</param>
internal sealed class SamplerForgetting(NegativeSamplerOptions options, SamplerArrays arrays, SuppressionList list, long upTo)
{
    private readonly List<long> _left = [];

    /// <summary>Removes items, and those whose values have a forgotten id: they would be drawn with it.</summary>
    /// <returns>How many there were.</returns>
    public long ForgetItems(ItemStore items, SideValues sides) => items.RemoveAll(place =>
    {
        ref readonly var item = ref items[place];
        if (Is(options.Item!, item.Id)) return true;
        if (sides.AreNone) return false;
        items.CopyValues(place, sides.Room(item.Words));
        return sides.Any((slot, id) => Is(options.ItemSlots[slot], id));
    });

    /// <summary>Removes users, and forgotten items of others.</summary>
    /// <returns>How many there were.</returns>
    public long ForgetUsers()
    {
        if (options.User is not { } slot || arrays.Window == 0) return 0;
        var removed = 0L;
        for (var place = 0; place < arrays.Users.Length; place++)
        {
            if (arrays.Users[place].LastEvent > 0) removed += Is(slot, arrays.Users[place].Id) ? Free(place) : ForgetItemsOf(place);
        }
        return removed;
    }

    /// <summary>Removes forgotten items of the last request.</summary>
    /// <returns>How many there were.</returns>
    public long ForgetRequest()
    {
        ref var frontier = ref arrays.Frontier;
        var (before, left) = (frontier.RequestItems, 0);
        for (var i = 0; i < before; i++)
        {
            var item = arrays.RequestItems[i];
            if (!Is(options.Item!, item)) arrays.RequestItems.Change(left++) = item;
        }
        frontier.RequestItems = left;
        return before - left;
    }

    private bool Is(FeatureSlot slot, long id) => list.TryFind(slot.TableName, id, out var found) && found.Generation > upTo;

    private int Free(int place)
    {
        arrays.Users.Change(place) = default;
        Fill(place, []);
        return 1;
    }

    // Behind those that count may lie some of a user who had the place before.
    private int ForgetItemsOf(int place)
    {
        var (user, first, isFound) = (arrays.Users[place], place * arrays.Window, false);
        for (var i = first; i < first + arrays.Window && !isFound; i++) isFound = Is(options.Item!, arrays.UserItems[i]);
        if (!isFound) return 0;
        _left.Clear();
        for (var back = user.Count; back > 0; back--)
        {
            var item = arrays.UserItems[first + ((user.Next - back + arrays.Window) % arrays.Window)];
            if (!Is(options.Item!, item)) _left.Add(item);
        }
        Fill(place, _left);
        ref var changed = ref arrays.Users.Change(place);
        (changed.Next, changed.Count) = (_left.Count % arrays.Window, _left.Count);
        return user.Count - _left.Count;
    }

    private void Fill(int place, List<long> items)
    {
        for (var i = 0; i < arrays.Window; i++)
            arrays.UserItems.Change((place * arrays.Window) + i) = i < items.Count ? items[i] : 0;
    }
}
