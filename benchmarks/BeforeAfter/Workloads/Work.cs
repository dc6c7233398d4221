namespace BeforeAfter.Workloads;

/// <summary>What one side does in a round.</summary>
/// <param name="owner">What the side has made for it.</param>
/// <param name="turns">The work of a turn of each of the workload's verbs, given the turn's number.</param>
/// <param name="answers">Numbers that depend on all that the side has learned; of equal versions equal ones.</param>
internal sealed class Work(IDisposable owner, IReadOnlyList<Action<int>> turns, Func<IReadOnlyList<float>> answers) : IDisposable
{
    public IReadOnlyList<Action<int>> Turns => turns;

    public IReadOnlyList<float> Answers() => answers();

    public void Dispose() => owner.Dispose();
}
