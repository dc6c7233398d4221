using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Which old commits stay in a chain: the newest <see cref="Commits"/>, all younger than <see cref="Age"/>, and whatever is needed to
/// restore each of them. So the chain always begins with a full, and the newest full with all that follows it always stays.
/// </summary>
public sealed class SnapshotRetention : IValidatedOptions
{
    /// <summary>How many of the newest commits stay whatever their age: 1 to 1,000,000. Default 60.</summary>
    public int Commits { get; set; } = 60;

    /// <summary>Commits younger than this stay however many they are: zero to 3,650 days. Default one hour.</summary>
    public TimeSpan Age { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Commits), Commits, 1, 1_000_000);
        errors.Require(Age >= TimeSpan.Zero && Age <= TimeSpan.FromDays(3650), nameof(Age), $"{Age} is not between zero and 3650 days.");
    }
}
