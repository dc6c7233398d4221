using Experiments.Learning;

namespace Experiments.Collisions;

/// <summary>One way to make rows of values.</summary>
/// <param name="Name">Its name in tables and plots.</param>
/// <param name="Share">1 - distinct / n, expected; 0 where no two values share all.</param>
/// <param name="Rows">The events with their rows.</param>
/// <param name="IsHashed">Whether values share all that they have.</param>
/// <param name="Distinct">How many different rows the values of a slot have.</param>
internal sealed record CollisionArm(string Name, double Share, LogRows Rows, bool IsHashed, Func<int, long> Distinct);
