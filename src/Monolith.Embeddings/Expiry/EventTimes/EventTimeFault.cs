namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>What is wrong with an event time.</summary>
internal enum EventTimeFault
{
    /// <summary>It is later than the clock of the host and the skew.</summary>
    Future,

    /// <summary>It is 0, or before 1980.</summary>
    Implausible,
}
