using Experiments.Ids;

namespace Experiments.Collisions;

/// <summary>One way to make rows of values.</summary>
/// <param name="Name">Its name in tables and plots.</param>
/// <param name="Share">1 - distinct / n, expected; 0 where no two values share all.</param>
/// <param name="Scheme">The way.</param>
/// <param name="Rows">How many different rows the values of a slot have.</param>
internal sealed record CollisionArm(string Name, double Share, IdScheme Scheme, Func<int, long> Rows);
