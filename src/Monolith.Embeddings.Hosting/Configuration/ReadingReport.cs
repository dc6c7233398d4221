using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>What was found wrong while configuration was read, and where each option was read from.</summary>
internal sealed partial class ReadingReport(IConfiguration configuration)
{
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal) { [""] = PathOf(configuration) };

    /// <summary>Each led by its path in the configuration.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public void Add(string configurationPath, string problem) =>
        _errors.Add(configurationPath.Length == 0 ? problem : $"{configurationPath}: {problem}");

    /// <summary>Remembers that the options at a path such as <c>Tables[0].Expiry</c> stand in a section.</summary>
    public void Map(string optionsPath, IConfiguration section) => _paths[optionsPath] = PathOf(section);

    /// <summary>Adds what validation finds, under the paths in the configuration.</summary>
    public void Validate(IValidatedOptions options)
    {
        var found = new OptionErrors();
        options.CollectErrors(found);
        _errors.AddRange(found.Errors.Select(Translate));
    }

    /// <summary>The message of an error, led by the path in the configuration.</summary>
    public string Translate(OptionError error)
    {
        var known = _paths.Keys.Where(path => path.Length > 0 && Leads(path, error.Path)).DefaultIfEmpty("").MaxBy(path => path.Length)!;
        var rest = Index().Replace(error.Path[known.Length..], ":$1").Replace('.', ':').Trim(':');
        var path = string.Join(':', new[] { _paths[known], rest }.Where(part => part.Length > 0));
        return $"{path}: {error.Problem}";
    }

    public static string PathOf(IConfiguration configuration) => (configuration as IConfigurationSection)?.Path ?? "";

    private static bool Leads(string path, string whole) =>
        whole.StartsWith(path, StringComparison.Ordinal) && (whole.Length == path.Length || whole[path.Length] is '.' or '[');

    [GeneratedRegex(@"\[([0-9]+)\]")]
    private static partial Regex Index();
}
