using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Several policies that decide together.</summary>
public abstract class JoinedExpiry : ExpiryPolicy
{
    private readonly int _levels;
    private readonly long _count;

    private protected JoinedExpiry(ExpiryPolicy[] policies)
    {
        Policies = policies;
        var missing = Array.IndexOf(policies, null);
        if (missing >= 0) throw new ArgumentException($"Policy {missing} of {policies.Length} is null.", nameof(policies));
        foreach (var policy in policies)
        {
            _levels = Math.Max(_levels, policy is JoinedExpiry joined ? joined._levels : 0);
            _count += policy is JoinedExpiry many ? many._count : 1;
        }
        if (++_levels > NestedOptions.MostLevels)
            throw Refused($"joined ones, {_levels} levels deep; at most {NestedOptions.MostLevels} are allowed.");
        if (_count > NestedOptions.MostOptions)
            throw Refused($"{_count} with all that they join; at most {NestedOptions.MostOptions} are allowed.");

        static ArgumentException Refused(string why) => new($"The policies are {why}", nameof(policies));
    }

    /// <inheritdoc />
    public override bool ReadsWeights => Array.Exists(Policies, policy => policy.ReadsWeights);

    private protected ExpiryPolicy[] Policies { get; }

    private protected string Names => string.Join(", ", Policies.Select(policy => policy.Name));
}
