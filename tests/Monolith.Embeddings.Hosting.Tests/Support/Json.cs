using System.Text;
using Microsoft.Extensions.Configuration;

namespace Monolith.Embeddings.Hosting.Tests.Support;

/// <summary>Configuration as a host would read it from a file.</summary>
internal static class Json
{
    public static IConfigurationRoot Read(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
