using System.Runtime.InteropServices;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>The actions of one key at one millisecond, which come one after the other: one that comes again is told by them.</summary>
internal sealed class ActionRun
{
    private readonly List<JoinedAction> _actions = [];
    private readonly byte[] _key = new byte[JoinEntryHead.MaxKeyBytes];
    private int _keyLength;

    /// <summary>Adds an action.</summary>
    /// <returns>False where it was there.</returns>
    public bool Add(ReadOnlySpan<byte> key, in JoinedAction action)
    {
        if (!key.SequenceEqual(_key.AsSpan(0, _keyLength)))
        {
            key.CopyTo(_key);
            _keyLength = key.Length;
            _actions.Clear();
        }
        foreach (ref readonly var other in CollectionsMarshal.AsSpan(_actions))
        {
            if (other == action) return false;
        }
        _actions.Add(action);
        return true;
    }

    public void Clear()
    {
        _keyLength = 0;
        _actions.Clear();
    }
}
