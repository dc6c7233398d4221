using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>
/// The newest items of users, by a table of sets: a user lies in one of the eight places of its set, and a new one takes that of the user
/// of the set who was not seen for longest. Not thread-safe.
/// </summary>
/// <param name="arrays">Holds them.</param>
internal sealed class UserWindows(SamplerArrays arrays)
{
    /// <summary>How many users a set.</summary>
    public const int Ways = 8;

    /// <summary>The place of a user, or -1.</summary>
    public int Find(long id)
    {
        var first = SetOf(id);
        for (var place = first; place < first + Ways; place++)
        {
            if (arrays.Users[place].LastEvent > 0 && arrays.Users[place].Id == id) return place;
        }
        return -1;
    }

    /// <summary>How many items of a user are known.</summary>
    public int CountOf(int place) => arrays.Users[place].Count;

    /// <summary>One of a user's items, from 0, the newest.</summary>
    public long Item(int place, int back)
    {
        var window = arrays.Window;
        return arrays.UserItems[(place * window) + ((arrays.Users[place].Next - 1 - back + (2 * window)) % window)];
    }

    /// <summary>Remembers an item.</summary>
    /// <param name="place">The user's place, or -1.</param>
    /// <param name="id">The user.</param>
    /// <param name="item">The item.</param>
    /// <param name="number">The number of the event, from 1.</param>
    public void Add(int place, long id, long item, long number)
    {
        if (place < 0) place = Take(id);
        ref var user = ref arrays.Users.Change(place);
        arrays.UserItems.Change((place * arrays.Window) + user.Next) = item;
        user.LastEvent = number;
        user.Next = (user.Next + 1) % arrays.Window;
        user.Count = Math.Min(user.Count + 1, arrays.Window);
    }

    private int Take(long id)
    {
        var (first, oldest) = (SetOf(id), SetOf(id));
        for (var place = first + 1; place < first + Ways; place++)
        {
            if (arrays.Users[place].LastEvent < arrays.Users[oldest].LastEvent) oldest = place;
        }
        arrays.Users.Change(oldest) = new KnownUser { Id = id };
        return oldest;
    }

    private int SetOf(long id) => (int)(KeyMixer.Mix((ulong)id) & (ulong)((arrays.Users.Length / Ways) - 1)) * Ways;
}
