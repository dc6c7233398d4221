namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>The actions of impressions that have some, by the place of the impression in the journal. Not thread-safe.</summary>
internal sealed class ActionStates
{
    private readonly Dictionary<long, int> _first = [];
    private ActionState[] _states = new ActionState[64];
    private int _count;
    private int _free = -1;

    /// <summary>How many impressions have actions.</summary>
    public int Count => _first.Count;

    /// <summary>Whether an impression has an action of a task.</summary>
    public bool Has(long impression, int task) => TryGet(impression, task, out _);

    /// <summary>What the actions of a task make.</summary>
    public bool TryGet(long impression, int task, out ActionState state)
    {
        for (var i = _first.GetValueOrDefault(impression, -1); i >= 0; i = _states[i].Next)
        {
            if (_states[i].Task != task) continue;
            state = _states[i];
            return true;
        }
        state = default;
        return false;
    }

    /// <summary>Where to add an action. Valid until the next call; <see cref="ActionState.Count"/> is 0 where it is the first.</summary>
    public ref ActionState GetOrAdd(long impression, int task)
    {
        var first = _first.GetValueOrDefault(impression, -1);
        for (var i = first; i >= 0; i = _states[i].Next)
        {
            if (_states[i].Task == task) return ref _states[i];
        }
        var place = Take();
        _states[place] = new ActionState { Task = task, Next = first };
        _first[impression] = place;
        return ref _states[place];
    }

    /// <summary>Forgets all actions of an impression.</summary>
    public void Remove(long impression)
    {
        if (!_first.Remove(impression, out var first)) return;
        var last = first;
        while (_states[last].Next >= 0) last = _states[last].Next;
        _states[last].Next = _free;
        _free = first;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _first.Clear();
        (_count, _free) = (0, -1);
    }

    private int Take()
    {
        if (_free >= 0)
        {
            var place = _free;
            _free = _states[place].Next;
            return place;
        }
        if (_count == _states.Length) Array.Resize(ref _states, 2 * _states.Length);
        return _count++;
    }
}
