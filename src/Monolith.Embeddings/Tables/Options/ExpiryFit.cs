using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables.Options;

/// <summary>Whether an expiry policy fits a table.</summary>
internal sealed class ExpiryFit(ExpiryPolicyOptions policy, TableTraits table) : IValidatedOptions
{
    public void CollectErrors(OptionErrors errors)
    {
        try
        {
            policy.CollectTableErrors(errors, table);
        }
        catch (NestingException)
        {
            // Said of the policy itself.
        }
    }
}
