using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Which old commits stay in a chain: the newest <see cref="Commits"/>, all younger than <see cref="Age"/>, those whose changes of a table
/// replicas are still to get (<see cref="Tables.EmbeddingTableOptions.SparseEvery"/>) as long as all files take no more than eight times
/// the newest full, and whatever is needed to restore each of them; but no more than <see cref="MaxBytes"/> and <see cref="MaxFulls"/>
/// allow. So the chain always begins with a full,
/// and the newest full with all that follows it always stays, whatever it takes.
/// </summary>
public sealed class SnapshotRetention : IValidatedOptions
{
    /// <summary>How many of the newest commits stay whatever their age: 1 to 1,000,000. Default 60.</summary>
    public int Commits { get; set; } = 60;

    /// <summary>Commits younger than this stay however many they are: zero to 3,650 days. Default one hour.</summary>
    public TimeSpan Age { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes the files of all commits may take together, segments included: at least 1, or null, the default, for no such limit.
    /// Older commits go where they take more, though <see cref="Commits"/> and <see cref="Age"/> would keep them.
    /// </summary>
    public long? MaxBytes { get; set; }

    /// <summary>
    /// How many times the bytes of the newest full the files of all commits may take together: 2 to 1,000,000, or null for no such limit.
    /// Default 20: a replica that is so far behind has less to read where it loads the full.
    /// </summary>
    public double? MaxFulls { get; set; } = 20;

    // Beyond that replicas have less to read where they load the full.
    private const long FullsOfOwed = 8;

    /// <summary>The identity of a commit that stays, with all that follow it; null for none.</summary>
    internal Guid? Pinned { get; set; }

    /// <summary>Whether commits stay whose changes of a table replicas are still to get.</summary>
    internal bool KeepsOwed { get; set; } = true;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Commits), Commits, 1, 1_000_000);
        if (MaxBytes is { } bytes) errors.InRange(nameof(MaxBytes), bytes, 1, long.MaxValue);
        errors.Require(MaxFulls is null or (>= 2 and <= 1_000_000), nameof(MaxFulls), $"{MaxFulls} is not between 2 and 1000000.");
        errors.Require(Age >= TimeSpan.Zero && Age <= TimeSpan.FromDays(3650), nameof(Age), $"{Age} is not between zero and 3650 days.");
    }

    /// <summary>How many bytes may stay, by the bytes of the newest full.</summary>
    internal long BoundOf(long fullBytes) =>
        (long)Math.Min(MaxBytes ?? long.MaxValue, Math.Min((MaxFulls ?? double.MaxValue) * fullBytes, long.MaxValue / 2));

    /// <summary>How many bytes may stay for the sake of what replicas are still to get, by the bytes of the newest full.</summary>
    internal long BoundOfOwed(long fullBytes) =>
        KeepsOwed ? Math.Min(BoundOf(fullBytes), FullsOfOwed * Math.Min(fullBytes, long.MaxValue / FullsOfOwed)) : 0;

    internal SnapshotRetention Copy() => (SnapshotRetention)MemberwiseClone();
}
