namespace Monolith.Embeddings.Streams.Joining.State;

internal sealed partial class JoinMachine
{
    private const float MillisecondsPerSecond = 1000;

    private bool _isReplaying;

    /// <summary>Whether something of this millisecond is left to be taken.</summary>
    public bool HasEmissions => Emitted < _emissions.Count;

    /// <summary>Takes the next example that goes out.</summary>
    /// <param name="labels">Its labels, by the order of the joined tasks; see <see cref="JoinLabels"/>.</param>
    /// <param name="row">The impression's row.</param>
    public JoinEmission Take(out ReadOnlySpan<float> labels, out ReadOnlySpan<byte> row)
    {
        ref readonly var emission = ref _emissions[Emitted++];
        if (emission.Kind == EmissionKind.Late) _counts.LatePositives++;
        else if (emission.IsJoined) _counts.Joined++;
        else _counts.Defaults++;
        labels = _emissions.Labels(in emission);
        // Closes come in the order of the journal; the others are looked up.
        var reader = emission.Kind == EmissionKind.Close ? _rows : _lookUps;
        var head = reader.Head(emission.Impression);
        row = reader.Bytes(emission.Impression, head.Length)[head.PayloadAt..];
        return emission;
    }

    private void Close()
    {
        var impression = _closing.Offset;
        if (_settings.EmitsCloses) EmitClose(impression);
        if (!_settings.EmitsLateActions) _actions.Remove(impression);
        _open--;
        _closing.Advance();
    }

    private void EmitClose(long impression)
    {
        var isJoined = false;
        var left = _settings.Tasks.Length;
        Span<float> labels = stackalloc float[left];
        for (var i = 0; i < _settings.Tasks.Length; i++)
        {
            labels[i] = JoinLabels.Default;
            if (!_actions.TryGet(impression, _settings.Tasks[i], out var state)) continue;
            isJoined = !_settings.EmitsActions;
            labels[i] = _settings.EmitsActions ? JoinLabels.NotObserved : Clamp(state.Label(_settings.Aggregation));
            left--;
        }
        if (left == 0 && _settings.EmitsActions) return;
        var delay = _settings.HasDelays ? _settings.Window / MillisecondsPerSecond : float.NaN;
        var close = new JoinEmission
        {
            Impression = impression,
            Kind = EmissionKind.Close,
            Task = -1,
            Delay = delay,
            IsJoined = isJoined,
        };
        labels.CopyTo(_emissions.Add(close, _closing.Key));
    }

    private void EmitPositive(long impression, long time, ReadOnlySpan<byte> key, in ActionState state, EmissionKind kind)
    {
        var delay = Math.Max(0, state.Time - time) / MillisecondsPerSecond;
        var positive = new JoinEmission
        {
            Impression = impression,
            Kind = kind,
            Task = state.Task,
            Delay = _settings.HasDelays ? delay : float.NaN,
            IsJoined = true,
        };
        var labels = _emissions.Add(positive, key);
        labels.Fill(JoinLabels.NotObserved);
        labels[Array.IndexOf(_settings.Tasks, state.Task)] = Clamp(state.Label(_settings.Aggregation));
    }

    private float Clamp(float label)
    {
        if (label is >= 0 and <= 1) return label;
        if (!_isReplaying) _counts.Clamped++;
        return label > 1 ? 1 : 0;
    }
}
