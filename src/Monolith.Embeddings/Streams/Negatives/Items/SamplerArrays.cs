namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>All that a sampler's state is made of. Not thread-safe.</summary>
internal sealed class SamplerArrays
{
    /// <summary>How many items of a request are rejected at most.</summary>
    public const int MostRequestItems = 1024;

    private SamplerFrontier _frontier = new();

    /// <param name="users">How many users' items there is room for.</param>
    /// <param name="window">How many items a user.</param>
    public SamplerArrays(int users, int window)
    {
        (Window, Users, UserItems) = (window, new(users), new(users * window));
    }

    /// <summary>How many items a user.</summary>
    public int Window { get; }

    /// <summary>The items, the first <see cref="SamplerFrontier.Items"/>.</summary>
    public VersionedArray<KnownItem> Items { get; } = new(64);

    /// <summary>The values of items.</summary>
    public VersionedArray<SideBlock> Blocks { get; } = new(16);

    /// <summary>The users.</summary>
    public VersionedArray<KnownUser> Users { get; }

    /// <summary>Each user's items, <see cref="Window"/> a user.</summary>
    public VersionedArray<long> UserItems { get; }

    /// <summary>The items of the last request.</summary>
    public VersionedArray<long> RequestItems { get; } = new(MostRequestItems);

    /// <summary>The numbers.</summary>
    public ref SamplerFrontier Frontier => ref _frontier;

    /// <summary>The bytes of the arrays.</summary>
    public long Bytes => Items.Bytes + Blocks.Bytes + Users.Bytes + UserItems.Bytes + RequestItems.Bytes;

    /// <summary>The places of all arrays at this moment.</summary>
    public SamplerPlaces Places => new(Items.End, Blocks.End, Users.End, UserItems.End, RequestItems.End);

    /// <summary>Begins a batch.</summary>
    public void Begin(long version)
    {
        Items.Begin(version);
        Blocks.Begin(version);
        Users.Begin(version);
        UserItems.Begin(version);
        RequestItems.Begin(version);
    }

    /// <summary>Forgets what was before.</summary>
    public void Forget(in SamplerPlaces before)
    {
        Items.Forget(before.Items);
        Blocks.Forget(before.Blocks);
        Users.Forget(before.Users);
        UserItems.Forget(before.UserItems);
        RequestItems.Forget(before.RequestItems);
    }

    /// <summary>Goes back permanently.</summary>
    public void Rewind(in SamplerMark mark)
    {
        Items.Rewind(mark.Places.Items);
        Blocks.Rewind(mark.Places.Blocks);
        Users.Rewind(mark.Places.Users);
        UserItems.Rewind(mark.Places.UserItems);
        RequestItems.Rewind(mark.Places.RequestItems);
        _frontier = mark.Frontier;
    }

    /// <summary>Goes back until <see cref="ExchangeForward"/>, except <see cref="Frontier"/>.</summary>
    public void ExchangeBack(in SamplerPlaces places)
    {
        Items.ExchangeBack(places.Items);
        Blocks.ExchangeBack(places.Blocks);
        Users.ExchangeBack(places.Users);
        UserItems.ExchangeBack(places.UserItems);
        RequestItems.ExchangeBack(places.RequestItems);
    }

    /// <summary>Takes an <see cref="ExchangeBack"/> back.</summary>
    public void ExchangeForward(in SamplerPlaces places)
    {
        Items.ExchangeForward(places.Items);
        Blocks.ExchangeForward(places.Blocks);
        Users.ExchangeForward(places.Users);
        UserItems.ExchangeForward(places.UserItems);
        RequestItems.ExchangeForward(places.RequestItems);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Items.Clear();
        Blocks.Clear();
        Users.Clear();
        UserItems.Clear();
        RequestItems.Clear();
        _frontier = new();
    }
}
