using Measuring;

namespace BeforeAfter.Workloads;

/// <summary>One thing that is measured.</summary>
/// <param name="Name">What its results begin with.</param>
/// <param name="MostSlower">How much slower the version after may be, 0.02 for 2 %; null where that is printed alone.</param>
/// <param name="Items">Items of a turn.</param>
/// <param name="Quads">Quads of a round, each with two turns of both sides.</param>
/// <param name="IsOnOneThread">Whether the calling thread does all of the work, so that nothing but its time counts.</param>
internal sealed record Verb(string Name, double? MostSlower, int Items, int Quads, bool IsOnOneThread = true)
{
    public BatchTime Now => IsOnOneThread ? BatchTime.Now : BatchTime.NowOfProcess;
}
