namespace Monolith.Embeddings.Streams;

/// <summary>What the label of an impression is where several of its actions are of one task.</summary>
public enum ActionAggregation
{
    /// <summary>The value of the action that happened first; of two at one time, that of the one that was processed first.</summary>
    Earliest,

    /// <summary>The value of the action that happened last; of two at one time, that of the one that was processed last.</summary>
    Latest,

    /// <summary>The sum of the values, taken in double precision.</summary>
    Sum,

    /// <summary>The smallest value.</summary>
    Minimum,

    /// <summary>The largest value.</summary>
    Maximum,

    /// <summary>The sum of the values divided by their number.</summary>
    Mean,
}
