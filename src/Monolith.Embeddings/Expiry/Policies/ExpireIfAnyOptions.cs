namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when one of several policies says so. Options of <see cref="ExpireIfAny"/>.</summary>
public sealed class ExpireIfAnyOptions : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAnyOptions(params IEnumerable<ExpiryPolicyOptions> policies)
        : base(policies)
    {
    }

    private protected override ExpiryPolicy Join(IEnumerable<ExpiryPolicy> policies) => new ExpireIfAny(policies);
}
