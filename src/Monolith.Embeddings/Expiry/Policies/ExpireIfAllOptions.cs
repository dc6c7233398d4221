namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when all of several policies say so. Options of <see cref="ExpireIfAll"/>.</summary>
public sealed class ExpireIfAllOptions : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAllOptions(params IEnumerable<ExpiryPolicyOptions> policies)
        : base(policies)
    {
    }

    private protected override ExpiryPolicy Join(IEnumerable<ExpiryPolicy> policies) => new ExpireIfAll(policies);
}
