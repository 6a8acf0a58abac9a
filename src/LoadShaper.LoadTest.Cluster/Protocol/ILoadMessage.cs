namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>A message between coordinator and worker; <see cref="LoadMessageSerializer"/> knows every one.</summary>
internal interface ILoadMessage;
