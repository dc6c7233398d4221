using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Which parts of two schemas are the same. Immutable.</summary>
internal sealed class MigrationNames
{
    public MigrationNames(SchemaMigrationOptions options, FeatureSchema before, FeatureSchema after)
    {
        Tables = new(nameof(options.Tables), "table", options.Tables, [.. before.Tables.Select(t => t.Name)],
            [.. after.Tables.Select(t => t.Name)]);
        Slots = new(nameof(options.Slots), "slot", options.Slots, [.. before.Slots.Select(s => s.Name)],
            [.. after.Slots.Select(s => s.Name)]);
        MovedTables =
        [
            .. after.Tables.Select(table => (From: Tables.Before(table.Name), To: table.Name))
                .Concat(after.Slots.Select(slot => (From: TableOf(before, Slots.Before(slot.Name)), To: slot.TableName)))
                .Where(move => move.From is not null && move.From != move.To).Select(move => (move.From!, move.To)).Distinct(),
        ];
        Tasks = new(nameof(options.Tasks), "task", options.Tasks, [.. before.Tasks.Select(t => t.Name)],
            [.. after.Tasks.Select(t => t.Name)]);
    }

    /// <summary>
    /// Old tables whose ids are looked up in a table of another name now: renamed, or asked for by a slot that stays.
    /// </summary>
    public IReadOnlyList<(string From, string To)> MovedTables { get; }

    public RenamedParts Tables { get; }

    public RenamedParts Slots { get; }

    public RenamedParts Tasks { get; }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A name is none of its schema.</exception>
    public void Require()
    {
        var errors = new OptionErrors();
        foreach (var parts in (ReadOnlySpan<RenamedParts>)[Tables, Slots, Tasks]) parts.CollectErrors(errors);
        errors.ThrowIfAny(typeof(SchemaMigrationOptions));
    }

    /// <summary>What the old model calls what a range of an axis of the new one belongs to; empty where that is new.</summary>
    public string RangeBefore(string name)
    {
        foreach (var (kind, parts) in ((string, RenamedParts)[])[("slot", Slots), ("task", Tasks)])
        {
            if (!name.StartsWith($"{kind} '", StringComparison.Ordinal)) continue;
            // The longest name that fits, since one may begin with another and a quotation mark.
            var part = parts.Now.Where(now => IsOf($"{kind} '{now}'", name)).MaxBy(now => now.Length);
            if (part is null) continue;
            return parts.Before(part) is { } old ? $"{kind} '{old}'{name[$"{kind} '{part}'".Length..]}" : "";
        }
        return name;
    }

    private static string? TableOf(FeatureSchema schema, string? slot) =>
        schema.Slots.FirstOrDefault(one => one.Name == slot)?.TableName;

    private static bool IsOf(string part, string range) =>
        range.StartsWith(part, StringComparison.Ordinal) && (range.Length == part.Length || range[part.Length] == ',');
}
