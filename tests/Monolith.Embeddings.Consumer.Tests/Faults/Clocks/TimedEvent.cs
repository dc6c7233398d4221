namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>An example, the day on which it happened, and the time that its sender says, in milliseconds.</summary>
internal readonly record struct TimedEvent(int Day, long Item, long Time);
