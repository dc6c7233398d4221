using Monolith.Embeddings.Admission.Filters;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Several filters that decide together, see <see cref="AllOfOptions"/> and <see cref="AnyOfOptions"/>.</summary>
/// <remarks>
/// Every member is asked about every occurrence, also where the answer is known already, so that each counts all of them. A member that
/// said yes keeps its count, and goes on saying yes at each occurrence that it counts, until the id gets its row; then all members forget
/// the id. Members that draw are asked again each time, and two of them draw the same number for an id and a step.
/// </remarks>
public abstract class CombinedFilterOptions : AdmissionFilterOptions
{
    private protected CombinedFilterOptions(AdmissionFilterOptions[] members)
    {
        ArgumentNullException.ThrowIfNull(members);
        Members = [.. members];
    }

    /// <summary>The filters that decide together: 1 to 255. They may be combinations themselves, up to 32 levels deep.</summary>
    public IList<AdmissionFilterOptions> Members { get; }

    /// <inheritdoc />
    public override bool NeedsSlots
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Members.Any(member => member.NeedsSlots);
        }
    }

    /// <inheritdoc />
    public override int CountersPerId
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Members.Sum(member => member.CountersPerId);
        }
    }

    /// <inheritdoc />
    public override long FixedBytes
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Members.Sum(member => member.FixedBytes);
        }
    }

    /// <summary>The combination with its members, for messages; those that are nested too deep are "...".</summary>
    public override string ToString() => NestedOptions.Ask(this, static options => options.WithMembers(), $"{ShortName}(...)");

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange($"{nameof(Members)}.Count", Members.Count, 1, byte.MaxValue);
        for (var i = 0; i < Members.Count; i++) errors.Nested($"{nameof(Members)}[{i}]", Members[i]);
    }

    private string ShortName => GetType().Name[..^"Options".Length];

    private string WithMembers()
    {
        using var level = NestedOptions.Enter(this);
        return $"{ShortName}({string.Join(", ", Members)})";
    }

    private protected CombinedFilter Combine(string name, bool needsAll, in AdmissionContext context)
    {
        OptionErrors.ThrowIfInvalid(this);
        var filters = new List<AdmissionFilter>();
        try
        {
            foreach (var member in Members) filters.Add(member.Create(in context));
        }
        catch
        {
            foreach (var filter in filters) filter.Dispose();
            throw;
        }
        return new CombinedFilter(name, [.. filters], [.. Members.Select(member => member.CountersPerId > 0)], needsAll);
    }
}
