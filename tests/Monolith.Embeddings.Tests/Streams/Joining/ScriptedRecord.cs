namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A record of a scripted log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Id">Of an impression the id that its row has; it stands nowhere else.</param>
/// <param name="Task">Of an action, the index of its task.</param>
/// <param name="Value">Of an action, its label.</param>
internal sealed record ScriptedRecord(ScriptedKind Kind, long Key, long Time, long Id, int Task, float Value)
{
    public override string ToString() => $"{Kind} {Id} of key {Key} at {Time - JoinScenario.Epoch}, {Task}: {Value}";
}
