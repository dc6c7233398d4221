namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>What the actions of one task of an impression make so far.</summary>
internal struct ActionState
{
    /// <summary>The index of the task.</summary>
    public int Task;

    /// <summary>Where the next state of the impression is; -1 at the last.</summary>
    public int Next;

    /// <summary>How many actions there were.</summary>
    public int Count;

    /// <summary>When the action happened that the value is of.</summary>
    public long Time;

    /// <summary>The value, or the sum.</summary>
    public double Value;

    /// <summary>The label that it makes.</summary>
    public readonly float Label(ActionAggregation aggregation) =>
        (float)(aggregation == ActionAggregation.Mean ? Value / Count : Value);

    /// <summary>Adds an action, which is processed after those before.</summary>
    public void Add(ActionAggregation aggregation, long time, float value)
    {
        Count++;
        if (aggregation is ActionAggregation.Sum or ActionAggregation.Mean) Value += value;
        else if (Count == 1 || Replaces(aggregation, time, value)) (Time, Value) = (time, value);
    }

    private readonly bool Replaces(ActionAggregation aggregation, long time, float value) => aggregation switch
    {
        ActionAggregation.Earliest => time < Time,
        ActionAggregation.Latest => time >= Time,
        ActionAggregation.Minimum => value < Value,
        _ => value > Value,
    };
}
